#version 330 core
#include "view.glsl"
#include "lod.glsl"

// One instance a candidate tile; four vertices a strip.
uniform isamplerBuffer records;   // three texels a tile (glview/frame.py)
uniform sampler2DArray atlas;

const int PARTIAL = 1, FIRST_COLUMN = 2, FIRST_ROW = 4, LAST_COLUMN = 8, LAST_ROW = 16;
const float HAIR_PX = 1.0 / 16.0;   // rasterisers round corners to 1/256 pixel; OpenGL allows 1/16

flat out vec2 start;       // as shaders/sample.glsl has them
flat out vec4 per_pixel;
flat out vec4 limits;
flat out vec4 box;
flat out vec2 corner;      // of the tile in its atlas layer, in texels
flat out vec2 atlas_size;  // of a layer
flat out int atlas_layer;
flat out float weight;

void main()
{
    // The second draw counts its vertices from 4; its records follow those of the first.
    int record = 3 * (gl_InstanceID + (gl_VertexID < 4 ? 0 : choice.z));
    ivec4 l_rect = texelFetch(records, record);
    ivec4 place = texelFetch(records, record + 1);
    ivec4 kind = texelFetch(records, record + 2);
    int level = place.x, layer = place.y, flags = kind.x, weighed_as = kind.y;
    float birth_s = intBitsToFloat(kind.z);

    Level at = levels[level];
    float share = fade_weight(birth_s, target.z, target.w);
    if (weighed_as >= 0) {
        Level other = levels[weighed_as];
        // The lesser, not the product: while its level goes, what appears would lose by it.
        share = min(share, level_weight(other.z.x, other.lod.z, other.lod.w));
    }
    bool partial = (flags & PARTIAL) != 0;
    // The first draw takes what is fully there, the second what is there at all.
    if (partial ? share <= 0.0 : share < 1.0) {
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);   // all four corners in one place outside
        return;
    }

    vec2 from = vec2(l_rect.xy - at.eye.xy);
    vec2 to = vec2(l_rect.zw - at.eye.xy);
    // A tile finer than the base meets coarser ones amid their edges, and lies over them at their
    // edges: corners rounded apart would leave pixels between bare. It reaches over by a hair. (Where
    // no tile lies over another, a pixel on the edge of two would be blended twice.)
    if (level < choice.x && choice.w != 0) {
        from -= HAIR_PX * at.rest.zw;
        to += HAIR_PX * at.rest.zw;
    }
    // At the image's edges: to the edge itself wherever the level ends, and a screen pixel more,
    // where the outline is antialiased.
    if ((flags & FIRST_COLUMN) != 0) from.x = at.image.x - at.rest.z;
    if ((flags & FIRST_ROW) != 0) from.y = at.image.y - at.rest.w;
    to.x = (flags & LAST_COLUMN) != 0 ? at.image.z + at.rest.z : min(to.x, at.image.z);
    to.y = (flags & LAST_ROW) != 0 ? at.image.w + at.rest.w : min(to.y, at.image.w);

    vec2 at_corner = vec2((gl_VertexID & 1) != 0 ? to.x : from.x,
                          (gl_VertexID & 2) != 0 ? to.y : from.y);
    vec2 s = turned(at.s_from_l, at_corner - at.rest.xy);

    // Front to back: levels in their cross-fade, finer ones that stand in for them, the base, finer
    // ones that stand in for it, coarser ones. glview/instances.py sorts by the same order.
    int rank = level > choice.x ? 3 * MAX_LEVELS + level - choice.x
             : level == choice.x ? 2 * MAX_LEVELS
             : weighed_as < 0 ? 2 * MAX_LEVELS + choice.x - level
             : weighed_as == level ? level : MAX_LEVELS + weighed_as - level;
    float depth = 2.0 * (float(rank) + 0.5) / float(4 * MAX_LEVELS) - 1.0;
    gl_Position = vec4(2.0 * s / target.xy * vec2(1.0, -1.0), depth, 1.0);

    // All that is the same for each of the tile's fragments is done here: a fragment has a position
    // of its own (which counts upwards) to put through one matrix.
    corner = vec2(place.zw);
    atlas_size = vec2(textureSize(atlas, 0).xy);
    start = vec2(at.eye.xy - l_rect.xy) + at.rest.xy
          + turned(at.l_from_s, vec2(-0.5, 0.5) * target.xy);
    per_pixel = at.l_from_s * vec4(1.0, -1.0, 1.0, -1.0);
    vec2 size = vec2(l_rect.zw - l_rect.xy);
#ifdef NEAREST
    limits = vec4(vec2(0.0), size - 1.0);
#else
    // Past its own edge by more than the filter reaches, a tile is its last texel repeated.
    float reach = float(choice.y) - 2.0;
    limits = vec4(vec2(-reach), size + reach);
#ifdef MINIFIED
    // The beginning of the box instead of its middle.
    start -= 0.5 * at.lod.xy;
    limits -= 0.5 * at.lod.xyxy;
#endif
#endif
    box = vec4(at.lod.xy, 1.0 / at.lod.xy);
    atlas_layer = layer;
    weight = share;
}
