"""Sources of tiles: what opens images and decodes their tiles."""
