# The names that bcinfra.cloudflare offers, each from its module: for type checkers and for the loader.
from .account import Account as Account
from .dns import GeoDns as GeoDns, GeoDnsArgs as GeoDnsArgs
from .edge import ClientCertificate as ClientCertificate, Edge as Edge, EdgeArgs as EdgeArgs
from .pools import Monitor as Monitor, Origin as Origin
from .zone import (
    NameServers as NameServers,
    NameServersArgs as NameServersArgs,
    ProofRecord as ProofRecord,
    ProofRecordArgs as ProofRecordArgs,
    ProxiedZone as ProxiedZone,
    ProxiedZoneArgs as ProxiedZoneArgs,
    PublicZone as PublicZone,
    PublicZoneArgs as PublicZoneArgs,
)
