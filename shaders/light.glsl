// From data to light: window, transfer, gamma, colour, outline, background. One group at a time.

#ifdef MAPPED
uniform sampler2D colormap;   // entries from the lowest value to the highest
#endif

#ifdef PROFILED
uniform sampler3D color_table;   // by red, green and blue of the image, its first axis blue
#endif

// glview/display.py has the same formulas, and says whose they are.
const float LOG_SCALE = 1000.0, ASINH_SCALE = 10.0;

// What one group of up to three values contributes, premultiplied by its validity as the data is.
vec3 group_light(vec4 data, int group)
{
#ifdef IDENTITY
    // Full windows, no curve, and the colours of grey or RGB: the data is the light.
    return data.rgb;
#else
    vec3 value = data.a > 0.0 ? data.rgb / data.a : vec3(0.0);
    vec3 share = clamp((value * low[group].w - low[group].xyz) * gain[group].xyz, 0.0, 1.0);
#ifdef LOG
    share = log(1.0 + LOG_SCALE * share) * (1.0 / log(1.0 + LOG_SCALE));
#endif
#ifdef ASINH
    share = asinh(ASINH_SCALE * share) * (1.0 / asinh(ASINH_SCALE));
#endif
#ifdef GAMMA
    share = pow(share, vec3(background.a));
#endif
    vec3 light = share.x * color[3 * group].rgb + share.y * color[3 * group + 1].rgb
               + share.z * color[3 * group + 2].rgb;
    return light * data.a;
#endif
}

// The colour of what all groups contribute, or its place in the colour map; then in the table.
vec3 mapped(vec3 light, float validity)
{
#if defined(MAPPED) || defined(PROFILED)
    vec3 value = validity > 0.0 ? clamp(light / validity, 0.0, 1.0) : vec3(0.0);
#ifdef MAPPED
    float entries = float(textureSize(colormap, 0).x);
    value = textureLod(colormap, vec2((value.r * (entries - 1.0) + 0.5) / entries, 0.5), 0.0).rgb;
#endif
#ifdef PROFILED
    float nodes = float(textureSize(color_table, 0).x);
    vec3 at = (value * (nodes - 1.0) + 0.5) / nodes;
    value = textureLod(color_table, at.bgr, 0.0).rgb;
#endif
    return value * validity;
#else
    return light;
#endif
}

// What is behind the image at this fragment.
vec3 backdrop()
{
#ifdef CHECKER
    ivec2 square = ivec2(vec2(gl_FragCoord.x, target.y - gl_FragCoord.y) / checker.w);
    return ((square.x + square.y) & 1) != 0 ? checker.rgb : background.rgb;
#else
    return background.rgb;
#endif
}

// Share of this screen pixel that lies on the image: its outline, antialiased.
float outline_coverage(vec2 s_middle)
{
#ifndef OUTLINE
    return 1.0;   // no edge of the image is in sight
#else
    vec2 i = i_rest.xy + turned(i_from_s, s_middle);
    vec2 pixel = i_rest.zw;
    vec2 inside = min(i + 0.5 * pixel, i_image.zw) - max(i - 0.5 * pixel, i_image.xy);
    vec2 share = clamp(inside / pixel, 0.0, 1.0);
    return share.x * share.y;
#endif
}

// Opaque colour over the background: a widget would show what is behind it through alpha.
vec4 over_background(vec3 light, float validity, float coverage)
{
#ifdef OPAQUE
    // All data is valid in full.
#ifdef OUTLINE
    return vec4(mix(backdrop(), clamp(light, 0.0, 1.0), coverage), 1.0);
#else
    return vec4(light, 1.0);
#endif
#else
    return vec4(clamp(light, vec3(0.0), vec3(validity)) * coverage
                + backdrop() * (1.0 - validity * coverage), 1.0);
#endif
}
