# The names that bcinfra.kubernetes offers, each from its module: for type checkers and for the loader.
from .backups import FileBackups as FileBackups, FileBackupsArgs as FileBackupsArgs
from .cluster import Cluster as Cluster
from .files import Ceph as Ceph, CephArgs as CephArgs, SharedFiles as SharedFiles, SharedFilesArgs as SharedFilesArgs
from .ingress import Ingress as Ingress, IngressArgs as IngressArgs, Route as Route
from .job import Job as Job, JobArgs as JobArgs
from .mysql import MySql as MySql, MySqlArgs as MySqlArgs, MySqlSite as MySqlSite
from .mysql_restore import RestoreTest as RestoreTest
from .namespace import (
    Namespace as Namespace,
    NamespaceArgs as NamespaceArgs,
    Priorities as Priorities,
    PrioritiesArgs as PrioritiesArgs,
)
from .operator import Operator as Operator, OperatorArgs as OperatorArgs
from .policy import Peer as Peer
from .rabbitmq import RabbitMq as RabbitMq, RabbitMqArgs as RabbitMqArgs, WorkQueue as WorkQueue
from .redis import Redis as Redis, RedisArgs as RedisArgs
from .search import Search as Search, SearchArgs as SearchArgs
from .storage import BackupBucket as BackupBucket
from .worker import Worker as Worker, WorkerArgs as WorkerArgs
from .workload import (
    Program as Program,
    ProgramArgs as ProgramArgs,
    Workload as Workload,
    WorkloadArgs as WorkloadArgs,
)
