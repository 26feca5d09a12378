"""Google's own service accounts (service agents): who a service is when it uses a customer's key or bucket."""

from __future__ import annotations

from enum import StrEnum

from bcinfra.gcp.region import Project


class Agent(StrEnum):
    """The service agents of a project (IAM documentation, service agents). A service has one once its API is used."""

    ARTIFACT_REGISTRY = "service-{}@gcp-sa-artifactregistry.iam.gserviceaccount.com"
    BACKUP_DR = "service-{}@gcp-sa-backupdr.iam.gserviceaccount.com"
    CLOUD_RUN = "service-{}@serverless-robot-prod.iam.gserviceaccount.com"
    CLOUD_SQL = "service-{}@gcp-sa-cloud-sql.iam.gserviceaccount.com"
    COMPUTE = "service-{}@compute-system.iam.gserviceaccount.com"
    DATASTREAM = "service-{}@gcp-sa-datastream.iam.gserviceaccount.com"
    FILESTORE = "service-{}@cloud-filer.iam.gserviceaccount.com"
    MEMORYSTORE = "service-{}@cloud-redis.iam.gserviceaccount.com"
    MONITORING = "service-{}@gcp-sa-monitoring-notification.iam.gserviceaccount.com"
    PUBSUB = "service-{}@gcp-sa-pubsub.iam.gserviceaccount.com"
    SECRET_MANAGER = "service-{}@gcp-sa-secretmanager.iam.gserviceaccount.com"  # noqa: S105  no password
    STORAGE = "service-{}@gs-project-accounts.iam.gserviceaccount.com"
    STORAGE_TRANSFER = "project-{}@storage-transfer-service.iam.gserviceaccount.com"

    def member(self, project: Project) -> str:
        """The agent of ``project`` as an IAM member; raises ``ValueError`` when the project's number is not known."""
        return f"serviceAccount:{self.value.format(project.known_number)}"
