#!/bin/sh
# Make the environment of the project: sh tools/setup.sh PYTHON REQUIREMENTS
# Works on a bare Debian 12, whose python3 -m venv has no ensurepip.
set -eu
python=$1
requirements=$2

fail() { echo "$1" >&2; exit 1; }
command -v "$python" >/dev/null || fail "$python est introuvable : installez python3 (3.11 ou plus)."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$python est trop ancien : il faut Python 3.11 ou plus."
"$python" -m pip --version >/dev/null 2>&1 || fail "pip est introuvable : installez python3-pip."

if ! .venv/bin/python -c '' 2>/dev/null; then
    rm -rf .venv
    "$python" -m venv --without-pip .venv || fail "L'environnement .venv n'a pas pu être créé."
fi
echo "Installation de $requirements dans .venv…"
"$python" -m pip --python .venv/bin/python install --quiet --require-hashes -r "$requirements" ||
    fail "L'installation a échoué (réseau, ou disque plein) : recommencez la même commande."

# The project itself, found where it lies: nothing is built, nothing more is fetched.
packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
pwd > "$packages/beffroi.pth"
# By way of sh: a script's first line takes neither a space nor a long path.
cat > .venv/bin/beffroi <<'END'
#!/bin/sh
exec "$(dirname -- "$(readlink -f -- "$0")")/python" -P -m beffroi.cli.main "$@"
END
chmod +x .venv/bin/beffroi
.venv/bin/python -m compileall -q -j 0 beffroi "$packages/django" "$packages/allauth" >/dev/null 2>&1 || true
