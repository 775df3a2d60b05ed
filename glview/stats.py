"""What a viewer takes of its budgets, as values to be shown (pure, frozen)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GpuBytes:
    """Bytes of textures: the atlas and the composite as they are allocated now."""

    atlas: int
    composite: int
    budget: int

    @property
    def total(self) -> int:
        return self.atlas + self.composite


@dataclass(frozen=True, slots=True)
class HostBytes:
    """Bytes on the host.

    ``staged`` wait for their upload, ``strips`` complete neighbours' gutters, ``source`` is what
    the image's source keeps (`TileSource.cache_bytes`), ``cache`` are tiles kept to be uploaded
    again.
    """

    staged: int
    strips: int
    source: int
    cache: int
    budget: int

    @property
    def total(self) -> int:
        return self.staged + self.strips + self.source + self.cache


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """Both budgets at one moment."""

    gpu: GpuBytes
    host: HostBytes
