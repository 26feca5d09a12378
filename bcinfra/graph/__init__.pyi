# The names that bcinfra.graph offers, each from its module: for type checkers and for the loader.
from .core.model import (
    UNKNOWN as UNKNOWN,
    Call as Call,
    Graph as Graph,
    Place as Place,
    Reference as Reference,
    Resource as Resource,
    Secret as Secret,
    Skip as Skip,
    Urn as Urn,
    Value as Value,
)
from .core.problem import (
    GraphError as GraphError,
    LoadError as LoadError,
    Problem as Problem,
    RecordError as RecordError,
)
from .diff.changes import Change as Change, Diff as Diff, Kind as Kind, Risk as Risk, diff as diff
from .files.export import to_deployment as to_deployment, to_json as to_json
from .files.load import load as load
from .process.project import (
    Config as Config,
    Project as Project,
    find_project as find_project,
    read_config as read_config,
    read_project as read_project,
    record_project as record_project,
)
from .process.stacks import RecordOptions as RecordOptions, record_stack as record_stack, record_stacks as record_stacks
from .record.recorder import record as record
