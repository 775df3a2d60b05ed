// What every stage knows of the view. Filled by glview/gl/uniforms.py (std140).
//
// Planes: s_ screen (device pixels, y down), l_ level pixels, i_ image pixels. Positions are held
// relative to an integer eye of their plane, because float32 alone jitters past a few million pixels.

const int MAX_LEVELS = 40;
const int MAX_GROUPS = 8;

struct Level {
    ivec4 eye;       // xy: integer part of the eye in level pixels
    vec4 rest;       // xy: fraction of the eye; zw: one screen pixel in level pixels
    vec4 image;      // the image rectangle x0 y0 x1 y1 in level pixels, relative to the integer eye
    vec4 s_from_l;   // matrix rows
    vec4 l_from_s;   // matrix rows
    vec4 lod;        // xy: box filter width in texels; zw: z_none, z_full
    vec4 z;          // x: screen pixels per level pixel
};

layout(std140) uniform View {
    vec4 target;             // width, height, now in seconds, fade in seconds
    ivec4 choice;            // base level, gutter, records of the first draw, 1 if tiles overlap
    vec4 background;         // rgb, 1 / gamma
    vec4 checker;            // rgb of every other square, its side in pixels
    vec4 i_image;            // the image rectangle relative to the integer eye, in image pixels
    vec4 i_from_s;           // matrix rows
    vec4 i_rest;             // xy: fraction of the eye; zw: a screen pixel in image pixels
    vec4 low[MAX_GROUPS];    // xyz: what is black as the atlas holds it, times w, a power of two
    vec4 gain[MAX_GROUPS];   // xyz: 1 / (white - black) of values times low.w
    vec4 color[3 * MAX_GROUPS];
    Level levels[MAX_LEVELS];
};

vec2 turned(vec4 rows, vec2 v)
{
    return vec2(dot(rows.xy, v), dot(rows.zw, v));
}

// The middle of this fragment, in screen pixels from the middle of the target.
vec2 s_from_middle(vec4 fragment)
{
    return vec2(fragment.x - 0.5 * target.x, 0.5 * target.y - fragment.y);
}
