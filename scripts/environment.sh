# shellcheck shell=bash
# Sourced by scripts/demo and scripts/test: system packages and the virtual environment.
#
# Each need below is "NEED PACKAGE": a command (no dot in its name) or a shared library that must
# be found, and the Debian package that brings it.

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$checkout/.venv
PATH=$PATH:/usr/sbin:/sbin # ldconfig, for users other than root

# What the windows and the headless renderer load: OpenGL and EGL with Mesa's drivers, X11 as glfw
# opens it, and what Qt's xcb plugin is linked to.
readonly viewer_needs="
    libEGL.so.1                 libegl1
    libEGL_mesa.so.0            libegl-mesa0
    libGL.so.1                  libgl1
    libGLX_mesa.so.0            libglx-mesa0
    libOpenGL.so.0              libopengl0
    libX11.so.6                 libx11-6
    libX11-xcb.so.1             libx11-xcb1
    libXcursor.so.1             libxcursor1
    libXext.so.6                libxext6
    libXi.so.6                  libxi6
    libXinerama.so.1            libxinerama1
    libXrandr.so.2              libxrandr2
    libXrender.so.1             libxrender1
    libXxf86vm.so.1             libxxf86vm1
    libdbus-1.so.3              libdbus-1-3
    libfontconfig.so.1          libfontconfig1
    libglib-2.0.so.0            libglib2.0-0
    libxcb-cursor.so.0          libxcb-cursor0
    libxcb-glx.so.0             libxcb-glx0
    libxcb-icccm.so.4           libxcb-icccm4
    libxcb-image.so.0           libxcb-image0
    libxcb-keysyms.so.1         libxcb-keysyms1
    libxcb-randr.so.0           libxcb-randr0
    libxcb-render.so.0          libxcb-render0
    libxcb-render-util.so.0     libxcb-render-util0
    libxcb-shape.so.0           libxcb-shape0
    libxcb-shm.so.0             libxcb-shm0
    libxcb-sync.so.1            libxcb-sync1
    libxcb-xfixes.so.0          libxcb-xfixes0
    libxcb-xkb.so.1             libxcb-xkb1
    libxkbcommon.so.0           libxkbcommon0
    libxkbcommon-x11.so.0       libxkbcommon-x11-0
"

# What the tests start besides.
readonly test_needs="
    Xvfb                        xvfb
    git                         git
    glslangValidator            glslang-tools
    openbox                     openbox
"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
    say "$@"
    exit 1
}

# The newest suitable Python that can make virtual environments, or nothing.
find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
            2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

# missing_packages NEEDS: the Debian packages for those needs that are not there.
missing_packages() {
    local libraries need package
    libraries=$(ldconfig -p)
    while read -r need package; do
        case $need in
            '') ;;
            *.so.*) [[ $libraries == *$'\t'"$need "* ]] || printf '%s\n' "$package" ;;
            *) command -v "$need" >/dev/null || printf '%s\n' "$package" ;;
        esac
    done <<<"$1"
    [[ -n $(find_python) ]] || printf 'python3-venv\n'
}

# require_packages NEEDS: as root, installs what is missing; otherwise says what to type.
require_packages() {
    local packages
    mapfile -t packages < <(missing_packages "$1")
    ((${#packages[@]})) || return 0
    if ((EUID == 0)) && command -v apt-get >/dev/null; then
        say "installing ${packages[*]}"
        local apt=(apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
        export DEBIAN_FRONTEND=noninteractive
        "${apt[@]}" update </dev/null >/dev/null || say "apt's lists are old: no update to be had"
        "${apt[@]}" install -y --no-install-recommends "${packages[@]}" </dev/null >/dev/null ||
            die "apt-get could not install: ${packages[*]}"
        mapfile -t packages < <(missing_packages "$1")
        ((${#packages[@]} == 0)) || die "still missing after apt-get: ${packages[*]}"
    else
        say 'system packages are missing; type this, then start again:'
        printf '    sudo apt-get install -y %s\n' "${packages[*]}" >&2
        exit 1
    fi
}

# require_venv NAME [PIP-ARGUMENT...]: makes .venv and installs the checkout, editable, into it.
# Made anew when the Python or the checkout's place changes, installed again when pyproject.toml
# changes. One run at a time; an install that broke off is not marked as done and is repeated.
require_venv() {
    local name=$1 python place wants lock
    shift
    python=$(find_python)
    place=$("$python" -VV && printf '%s\n' "$checkout")
    wants=$(sha256sum <"$checkout/pyproject.toml")
    exec {lock}<"$checkout/pyproject.toml"
    flock "$lock"
    if [[ $(cat "$venv/.made-for" 2>/dev/null) != "$place" ]]; then
        say "making $venv"
        "$python" -m venv --clear "$venv"
        install_with_pip --upgrade pip
        printf '%s\n' "$place" >"$venv/.made-for"
    fi
    if [[ $(cat "$venv/.has-$name" 2>/dev/null) != "$wants" ]]; then
        say 'installing glview and what it needs (some 150 MB the first time)'
        install_with_pip --editable "$checkout" "$@"
        # Whatever the name, it holds what the demo needs.
        tee "$venv/.has-$name" "$venv/.has-demo" <<<"$wants" >/dev/null
    fi
    exec {lock}<&-
}

# pip itself retries lost connections; a second try covers a registry that had a bad moment.
install_with_pip() {
    local pip=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input)
    "${pip[@]}" "$@" </dev/null >&2 ||
        { say 'pip failed; once more' && "${pip[@]}" "$@" </dev/null >&2; } ||
        die 'pip could not install; see above (is there a network?). Start again to go on.'
}
