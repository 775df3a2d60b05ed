"""A tiled TIFF with levels in napari as its users open one: lazily, in chunks as the tiles are.

Run by napari's own Python, with the file's name.
"""

import sys

import dask.array as da
import napari
import tifffile
import zarr

LEAST_PX = 500

group = zarr.open_group(tifffile.imread(sys.argv[1], aszarr=True), mode="r")
levels = [da.from_zarr(group[str(number)]) for number in range(len(list(group.keys())))]
viewer = napari.Viewer(title="napari", show=False)
viewer.window._qt_window.resize(1600, 1000)  # noqa: SLF001 (there is no other way)
viewer.add_image(
    [level for level in levels if max(level.shape) > LEAST_PX], rgb=True, multiscale=True
)
for dock in ("dockLayerList", "dockLayerControls"):
    getattr(viewer.window._qt_viewer, dock).hide()  # noqa: SLF001 (as above)
viewer.show()
napari.run()
