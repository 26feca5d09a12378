"""A function from a folder, called by whoever asks."""

import os

import pulumi
import pulumi_gcp as gcp

code = gcp.storage.Bucket("code", location=os.environ["SHOP_LOCATION"])
archive = gcp.storage.BucketObject("api", bucket=code.name, source=pulumi.FileArchive("."))
api = gcp.cloudfunctions.Function(
    "api", runtime="python312", source_archive_bucket=code.name, source_archive_object=archive.name, trigger_http=True
)
print("declared", len([code, archive, api]))
