// Level of detail; the same as glview/lod.py, and compared with it by value in a test.

const float MAX_BOX_TEXELS = 3.0;

float box_texels(float z)
{
    return clamp(1.0 / z, 1.0, MAX_BOX_TEXELS);
}

// Share of a level over the next coarser one, for z screen pixels per level pixel.
float level_weight(float z, float z_none, float z_full)
{
    if (z_none <= 0.0)
        return 1.0;
    if (z_full <= z_none)
        return z > z_none ? 1.0 : 0.0;
    float left = 1.0 - clamp((z - z_none) / (z_full - z_none), 0.0, 1.0);
    return 1.0 - left * left * left;
}

// How far a tile born at birth_s has appeared.
float fade_weight(float birth_s, float now_s, float fade_s)
{
    return fade_s > 0.0 ? clamp((now_s - birth_s) / fade_s, 0.0, 1.0) : 1.0;
}
