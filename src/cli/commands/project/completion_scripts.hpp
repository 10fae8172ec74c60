// What shells run to complete a line: they ask `executus completion words` with the words typed so far, each behind a
// "w" so that an empty one is one, and get a candidate a line, with a tab before its description.
#pragma once

#include <string_view>

namespace executus::cli {

inline constexpr std::string_view kBashCompletion =
    R"script(# bash completion of executus; load it with:  source <(executus completion bash)
_executus() {
  local current=${COMP_WORDS[COMP_CWORD]} line
  local -a typed=("${COMP_WORDS[@]:1:COMP_CWORD}")
  [[ $current == = ]] && current=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files | :folders)
        compopt -o filenames 2>/dev/null
        local kind=-f path
        [[ $line == :folders ]] && kind=-d
        while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$kind" -- "$current")
        ;;
      *)
        line=${line%%$'\t'*}
        [[ $line == "$current"* ]] && COMPREPLY+=("$line")
        ;;
    esac
  done < <("${COMP_WORDS[0]}" completion words -- "${typed[@]/#/w}" 2>/dev/null)
}
complete -F _executus executus
)script";

inline constexpr std::string_view kZshCompletion = R"script(#compdef executus
# zsh completion of executus; load it with:  source <(executus completion zsh)
# or save it as _executus in a folder of $fpath.
_executus() {
  local line
  local -a found typed
  typed=("${(@)words[2,CURRENT]}")
  for line in "${(@f)$("$words[1]" completion words -- "${(@)typed/#/w}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) _files ;;
      :folders) _files -/ ;;
      *$'\t'*) found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
      *) found+=("${line//:/\\:}") ;;
    esac
  done
  (( $#found )) && _describe executus found
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _executus "$@"
else
  compdef _executus executus
fi
)script";

inline constexpr std::string_view kFishCompletion =
    R"script(# fish completion of executus; load it with:  executus completion fish | source
function __executus_candidates
    set -l typed (commandline -opc)
    set -l program $typed[1]
    set -l current (commandline -ct)
    test -n "$current"; or set current ''
    for line in ($program completion words -- w$typed[2..-1] "w$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :folders
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c executus -f -a '(__executus_candidates)'
)script";

}  // namespace executus::cli
