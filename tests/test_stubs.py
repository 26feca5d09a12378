"""What types are checked against in place of an SDK's own modules."""

from __future__ import annotations

from pathlib import Path

from tools.stubs import write

BUCKET = '''
import pulumi
from ._inputs import *

__all__ = ['BucketArgs', 'Bucket']

@pulumi.input_type
class _BucketState:
    def __init__(__self__, *,
                 acl: pulumi.Input['Acl'] = None):
        pulumi.set(__self__, "acl", acl)

@pulumi.input_type
class BucketArgs:
    def __init__(__self__, *,
                 acl: pulumi.Input['Acl'] = None):
        pulumi.set(__self__, "acl", acl)

    @_builtins.property
    @pulumi.getter(name="acl")
    def acl(self) -> pulumi.Input['Acl']:
        """Who may."""
        return pulumi.get(self, "acl")

    @acl.setter
    def acl(self, value: pulumi.Input['Acl']):
        pulumi.set(self, "acl", value)

@pulumi.type_token("aws:s3/bucket:Bucket")
class Bucket(pulumi.CustomResource):
    @overload
    def __init__(__self__,
                 resource_name: str,
                 acl: pulumi.Input['Acl'] = None):
        """
    A page, with what looks like code:
class Other:
        def get(self):
        """
        ...
    @overload
    def __init__(__self__,
                 resource_name: str,
                 args: Optional[BucketArgs] = None):
        """All at once."""
        ...
    def __init__(__self__, resource_name: str, *args, **kwargs):
        if args:
            raise TypeError("""No.
No.""")

        __self__._internal_init(resource_name)

    def _internal_init(__self__,
                 resource_name: str):
        super().__init__(resource_name)

    @_builtins.property
    @pulumi.getter(name="acl")
    def acl(self) -> pulumi.Output['Acl']:
        """Who may."""
        return pulumi.get(self, "acl")


class Empty:
    """Nothing."""
'''
STUB = """
import pulumi
from ._inputs import *

__all__ = ['BucketArgs', 'Bucket']

@pulumi.input_type
class BucketArgs:
    def __init__(__self__, *,
                 acl: pulumi.Input['Acl'] = None): ...
@pulumi.type_token("aws:s3/bucket:Bucket")
class Bucket(pulumi.CustomResource):
    def __init__(__self__,
                 resource_name: str,
                 acl: pulumi.Input['Acl'] = None): ...
    @_builtins.property
    def acl(self) -> pulumi.Output['Acl']: ...
class Empty:
    ""
"""


def test_a_stub_declares_what_its_module_does_and_names_what_its_package_takes_in(tmp_path: Path) -> None:
    sdk = {
        "__init__.py": "if TYPE_CHECKING:\n    import cloud.s3 as __s3\n",
        "s3/__init__.py": (
            "from .. import _utilities\nfrom .bucket import *\nfrom .template import *\nfrom . import outputs\n"
        ),
        "s3/bucket.py": BUCKET,
        "s3/template.py": "def read(\n        path: str):\n    return path\n",
        "config/__init__.py": "from .vars import *\n",
        "config/__init__.pyi": "region: str\n",
        "s3/get_bucket.py": "class AwaitableBucket:\n    def __await__(self):\n        yield self\n",
    }
    for path, text in sdk.items():
        (tmp_path / "cloud" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "cloud" / path).write_text(text)
    target = tmp_path / "cloud-stubs"
    (target / "s3").mkdir(parents=True)
    (target / "s3" / "gone.pyi").touch()
    write(tmp_path / "cloud", target)
    # What only a body tells stays the SDK's own.
    assert {str(path.relative_to(target)): path.read_text() for path in target.rglob("*.*")} == {
        "py.typed": "partial\n",
        "__init__.pyi": sdk["__init__.py"],
        "config/__init__.pyi": sdk["config/__init__.pyi"],
        "s3/__init__.pyi": (
            "from .. import _utilities\n"
            "from .bucket import BucketArgs as BucketArgs, Bucket as Bucket\n"
            "from .template import *\n"
            "from . import outputs\n"
        ),
        "s3/bucket.pyi": STUB,
    }
