#include "tool/command_line.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/among.hpp"

namespace executus::tool {
namespace {

// Words that sh takes for its own where a command begins.
constexpr std::string_view kOfShell[] = {"if",   "then",  "else",  "elif", "fi",     "do",   "done",    "case",
                                         "esac", "while", "until", "for",  "select", "time", "function"};

constexpr std::string_view kRunners[] = {
    "sh",      "bash",     "dash",    "zsh",     "ksh",     "fish",   "busybox", "env",     "xargs",    "sudo",
    "doas",    "su",       "nohup",   "setsid",  "timeout", "nice",   "ionice",  "stdbuf",  "exec",     "eval",
    "command", "builtin",  ".",       "source",  "find",    "watch",  "ssh",     "chroot",  "unshare",  "nsenter",
    "script",  "strace",   "gdb",     "awk",     "gawk",    "mawk",   "perl",    "ruby",    "node",     "php",
    "trap",    "parallel", "alias",   "time",    "coproc",  "toybox", "flock",   "taskset", "chrt",     "setarch",
    "linux32", "linux64",  "setpriv", "runuser", "prlimit", "pkexec", "hash",    "mapfile", "readarray"};

// Builtins that take a word for a variable or for arithmetic, of whose index some shells run what it holds.
constexpr std::string_view kIndexing[] = {"printf",  "test",    "[",      "unset", "read",    "let",
                                          "declare", "typeset", "export", "local", "readonly"};

// Options of git itself that have a value in the next word.
constexpr std::string_view kValued[] = {"-C", "--git-dir", "--work-tree", "--namespace", "--super-prefix"};

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_printable(char c) { return c >= ' ' && c <= '~'; }

// Of what stands for itself outside of quotes.
bool is_plain(char c) {
  bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || std::string_view("%+,-./:=@_^~]").find(c) != std::string_view::npos;
}

std::string_view base_of(std::string_view program) { return program.substr(program.rfind('/') + 1); }

bool has_index_to_run(const std::string& word) {
  auto index = word.find('[');
  return index != std::string::npos && word.find_first_of("$`", index) != std::string::npos;
}

// With a value of a setting git runs other programs.
bool is_git_with_settings(const CommandWords& command) {
  if (base_of(command.front()) != "git") return false;
  for (std::size_t i = 1; i < command.size() && command[i].starts_with('-'); ++i) {
    std::string_view option = command[i];
    if (option == "-c" || option.starts_with("--config-env") || option.starts_with("--exec-path")) return true;
    if (is_among(option, kValued)) ++i;
  }
  return false;
}

// Whether more is run than its words say, in ways that a rule does not see.
bool is_more_than_its_words(const CommandWords& command) {
  if (is_git_with_settings(command)) return true;
  return is_among(base_of(command.front()), kIndexing) && std::ranges::any_of(command, has_index_to_run);
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<CommandLine> read() {
    for (;;) {
      skip_blanks();
      if (at_ == text_.size()) break;
      if (!(is_operator() ? read_operator() : read_word())) return std::nullopt;
    }
    if (!end_command() && needs_more_) return std::nullopt;
    if (std::ranges::any_of(line_.commands, is_more_than_its_words)) return std::nullopt;
    line_.is_one = line_.commands.size() == 1 && operators_ == 0;
    return line_.commands.empty() ? std::nullopt : std::optional(std::move(line_));
  }

 private:
  [[nodiscard]] bool more() const { return at_ < text_.size(); }
  [[nodiscard]] bool is_operator() const {
    return std::string_view(";&|\n").find(text_[at_]) != std::string_view::npos;
  }
  void skip_blanks() {
    while (more() && is_blank(text_[at_])) ++at_;
  }

  // Whether there was one.
  bool end_command() {
    if (words_.empty()) return false;
    line_.commands.push_back(std::exchange(words_, {}));
    return true;
  }

  // Between two commands; of a line's end there may be several.
  bool read_operator() {
    char sign = text_[at_++];
    bool doubled = (sign == '&' || sign == '|') && more() && text_[at_] == sign;
    if (doubled) ++at_;
    ++operators_;
    bool is_end_of_line = sign == '\n';
    if (!end_command()) return is_end_of_line;
    needs_more_ = doubled || sign == '|';
    return true;
  }

  bool read_word() {
    std::string word;
    bool quoted = false;
    auto from = at_;
    while (more() && !is_blank(text_[at_]) && !is_operator()) {
      char c = text_[at_];
      bool known = c == '\'' ? read_single(word) : c == '"' ? read_double(word) : read_bare(word, from);
      if (!known) return false;
      quoted = quoted || c == '\'' || c == '"' || c == '\\';
    }
    if (words_.empty() && (is_assignment(text_.substr(from, at_ - from)) || (!quoted && is_among(word, kOfShell))))
      return false;
    words_.push_back(std::move(word));
    needs_more_ = false;
    return true;
  }

  bool read_single(std::string& word) {
    auto end = text_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return false;
    word += text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return word.find('\0') == std::string::npos;
  }

  bool read_double(std::string& word) {
    for (++at_; more() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '$' || text_[at_] == '`' || text_[at_] == '\0') return false;
      if (text_[at_] == '\\') {
        if (++at_; !more() || std::string_view("$`\"\\").find(text_[at_]) == std::string_view::npos) return false;
      }
      word += text_[at_];
    }
    if (!more()) return false;
    ++at_;
    return true;
  }

  // `~` stands for a home folder where a word begins, and after ':' and '='.
  bool read_bare(std::string& word, std::size_t from) {
    char c = text_[at_];
    if (c == '\\') {
      if (++at_; !more() || !is_printable(text_[at_])) return false;
    } else if (!is_plain(c)) {
      return false;
    } else if (c == '~' && (at_ == from || text_[at_ - 1] == ':' || text_[at_ - 1] == '=')) {
      return false;
    }
    word += text_[at_++];
    return true;
  }

  // "NAME=", as it is written.
  static bool is_assignment(std::string_view written) {
    auto sign = written.find('=');
    return sign != std::string_view::npos && written.substr(0, sign).find_first_of("'\"\\/") == std::string_view::npos;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  CommandWords words_;
  CommandLine line_;
  int operators_ = 0;
  bool needs_more_ = false;  // an operator whose right side did not come yet
};

}  // namespace

std::optional<CommandLine> read_command_line(std::string_view text) {
  constexpr std::string_view kEnds = " \t\n";
  auto first = std::min(text.find_first_not_of(kEnds), text.size());
  return Reader(text.substr(first, text.find_last_not_of(kEnds) + 1 - first)).read();
}

bool runs_others(const CommandWords& command) {
  auto base = base_of(command.front());
  return is_among(base, kRunners) || base.starts_with("python") || command.front().empty();
}

}  // namespace executus::tool
