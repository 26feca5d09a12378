"""A small shop of many kinds of parts, whose graph is mutated: names, balancers, servers, stores, copies, alarms."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi_kubernetes.apps.v1 import Deployment


def program() -> None:
    """Declares it."""
    dublin = pulumi.ResourceOptions(provider=aws.Provider("dublin", region="eu-west-1"))
    vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", opts=dublin)
    nets = [
        aws.ec2.Subnet(
            f"net-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{n}.0/24", availability_zone=f"eu-west-1{zone}", opts=dublin
        )
        for n, zone in enumerate("ab")
    ]
    key = aws.kms.Key("key", deletion_window_in_days=30, opts=dublin)
    inside = aws.rds.SubnetGroup("inside", subnet_ids=[net.id for net in nets], opts=dublin)
    data = aws.rds.Instance(
        "orders",
        engine="mysql",
        engine_version="8.4.7",
        instance_class="db.m7g.large",
        allocated_storage=100,
        multi_az=True,
        backup_retention_period=7,
        db_subnet_group_name=inside.name,
        kms_key_id=key.arn,
        storage_encrypted=True,
        opts=dublin,
    )
    pictures = aws.s3.Bucket("pictures", opts=dublin)
    aws.s3.BucketVersioning("kept", bucket=pictures.id, versioning_configuration={"status": "Enabled"}, opts=dublin)
    vault = aws.backup.Vault("vault", opts=dublin)
    plan = aws.backup.Plan(
        "plan",
        rules=[
            {
                "rule_name": "daily",
                "target_vault_name": vault.name,
                "schedule": "cron(0 3 * * ? *)",
                "lifecycle": {"delete_after": 35},
            }
        ],
        opts=dublin,
    )
    aws.backup.Selection(
        "all", plan_id=plan.id, iam_role_arn="arn:aws:iam::1:role/b", resources=[data.arn], opts=dublin
    )
    group = aws.lb.TargetGroup("web", port=80, protocol="HTTP", target_type="ip", vpc_id=vpc.id, opts=dublin)
    front = aws.lb.LoadBalancer("front", subnets=[net.id for net in nets], opts=dublin)
    forward: list[Any] = [{"type": "forward", "target_group_arn": group.arn}]
    aws.lb.Listener("door", load_balancer_arn=front.arn, port=443, default_actions=forward, opts=dublin)
    cluster = aws.ecs.Cluster("servers", opts=dublin)
    task = aws.ecs.TaskDefinition(
        "task",
        family="web",
        network_mode="awsvpc",
        container_definitions=pulumi.Output.json_dumps([{"name": "web", "image": "shop:1", "environment": []}]),
        opts=dublin,
    )
    service = aws.ecs.Service(
        "web",
        cluster=cluster.arn,
        task_definition=task.arn,
        desired_count=3,
        launch_type="FARGATE",
        network_configuration={"subnets": [net.id for net in nets]},
        load_balancers=[{"target_group_arn": group.arn, "container_name": "web", "container_port": 80}],
        opts=dublin,
    )
    aws.appautoscaling.Target(
        "grows",
        min_capacity=2,
        max_capacity=9,
        resource_id=pulumi.Output.concat("service/", cluster.name, "/", service.name),
        scalable_dimension="ecs:service:DesiredCount",
        service_namespace="ecs",
        opts=dublin,
    )
    aws.elasticache.ReplicationGroup(
        "carts", description="carts", num_cache_clusters=2, automatic_failover_enabled=True, opts=dublin
    )
    zone = aws.route53.Zone("zone", name="shop.example", opts=dublin)
    check = aws.route53.HealthCheck("check", fqdn="shop.example", type="HTTPS", failure_threshold=3, opts=dublin)
    aws.route53.Record(
        "door",
        name="shop.example",
        zone_id=zone.id,
        type="A",
        set_identifier="one",
        health_check_id=check.id,
        failover_routing_policies=[{"type": "PRIMARY"}],
        aliases=[{"name": front.dns_name, "zone_id": front.zone_id, "evaluate_target_health": True}],
        opts=dublin,
    )
    aws.sqs.Queue("mail", message_retention_seconds=86_400, opts=dublin)
    Deployment(
        "export",
        spec={
            "replicas": 2,
            "selector": {"match_labels": {"app": "export"}},
            "template": {
                "metadata": {"labels": {"app": "export"}},
                "spec": {"containers": [{"name": "export", "image": "shop:1", "resources": {"limits": {"cpu": "1"}}}]},
            },
        },
    )
