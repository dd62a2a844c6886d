# Sourced by mvnw and by the treadle launcher (POSIX sh): sets and exports JAVA_HOME to a JDK 25 or
# newer, or says what to install and exits 1. Order: JAVA_HOME, java on the PATH, then the usual
# places, where 25 wins over anything newer.

treadle_jdk_wanted=25

# Prints the feature version of the JDK in $1, or nothing when no JDK is there.
treadle_jdk_version() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Prints the home of the java on the PATH, behind all links, or nothing.
treadle_jdk_on_path() {
  treadle_java=$(command -v java 2>/dev/null) || return 0
  treadle_java=$(readlink -f "$treadle_java" 2>/dev/null) || return 0
  printf '%s\n' "${treadle_java%/bin/java}"
}

# Prints every place where JDKs are usually put, one a line.
treadle_jdk_places() {
  env | sed -n 's/^JAVA_HOME_[0-9A-Za-z_]*=//p'
  for treadle_place in \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* \
    "${HOME:-/nonexistent}"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    printf '%s\n' "$treadle_place"
  done
  if [ -x /usr/libexec/java_home ]; then
    /usr/libexec/java_home -v "$treadle_jdk_wanted" 2>/dev/null || :
  fi
}

# Prints the home of the best JDK among the lines on standard input, or nothing.
treadle_jdk_best() {
  treadle_best=
  treadle_best_version=0
  while IFS= read -r treadle_home; do
    treadle_version=$(treadle_jdk_version "$treadle_home")
    [ "${treadle_version:-0}" -ge "$treadle_jdk_wanted" ] || continue
    if [ "$treadle_version" -eq "$treadle_jdk_wanted" ]; then
      treadle_best=$treadle_home
      break
    elif [ "$treadle_version" -gt "$treadle_best_version" ]; then
      treadle_best=$treadle_home
      treadle_best_version=$treadle_version
    fi
  done
  printf '%s\n' "$treadle_best"
}

# Prints the home of the JDK to use, or nothing. A subshell: it needs globbing, and mvnw has it off.
treadle_jdk_find() (
  set +ef
  for treadle_home in "${JAVA_HOME:-}" "$(treadle_jdk_on_path)"; do
    treadle_version=$(treadle_jdk_version "$treadle_home")
    if [ "${treadle_version:-0}" -ge "$treadle_jdk_wanted" ]; then
      printf '%s\n' "$treadle_home"
      exit 0
    fi
  done
  treadle_jdk_places | treadle_jdk_best
)

treadle_jdk_home=$(treadle_jdk_find)
if [ -z "$treadle_jdk_home" ]; then
  cat >&2 <<END
Treadle needs JDK $treadle_jdk_wanted or newer, and none was found: not in JAVA_HOME (${JAVA_HOME:-not set}),
not on the PATH, not in the usual places. Install one (for example Eclipse Temurin $treadle_jdk_wanted from
https://adoptium.net, or "sdk install java $treadle_jdk_wanted-tem"), or set JAVA_HOME to the one you have.
END
  exit 1
fi
JAVA_HOME=$treadle_jdk_home
export JAVA_HOME
