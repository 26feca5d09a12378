"""Texts and archives as inputs."""

import pulumi
import pulumi_aws as aws

bucket = aws.s3.Bucket("bucket")
text = pulumi.StringAsset("<h1>We are back soon</h1>")
aws.s3.BucketObject("text", bucket=bucket.id, source=text)
aws.s3.BucketObject("secret", bucket=bucket.id, source=pulumi.Output.secret(text))
archive = pulumi.AssetArchive({"index.html": text, "inner": pulumi.AssetArchive({"a.txt": pulumi.StringAsset("a")})})
aws.lambda_.Function("archive", role=bucket.arn, code=archive, handler="index.handler", runtime="python3.13")
