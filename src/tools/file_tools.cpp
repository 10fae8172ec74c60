#include "tools/file_tools.hpp"

#include <algorithm>

#include <regex.h>

#include "base/text.hpp"
#include "tools/confined.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kMaxFile = 16u << 20;    // bytes of a file that is looked into
constexpr std::size_t kMaxAnswer = 64u << 10;  // bytes of a tool's answer
constexpr int kDefaultLines = 500;
constexpr int kDefaultMatches = 100;
constexpr std::size_t kMaxLine = 500;  // characters of one line that are shown
constexpr std::size_t kMaxListed = 1'000;

// Extended POSIX expressions: regexec neither backtracks without bound nor depends on the stack.
class Expression final {
 public:
  Expression(const std::string& pattern, bool ignore_case) {
    int flags = REG_EXTENDED | REG_NOSUB | (ignore_case ? REG_ICASE : 0);
    if (int error = ::regcomp(&regex_, pattern.c_str(), flags); error != 0) {
      char text[256];
      ::regerror(error, &regex_, text, sizeof text);
      throw failed("tool.pattern", "'" + pattern + "' is no extended regular expression: " + text);
    }
  }
  ~Expression() { ::regfree(&regex_); }
  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;
  [[nodiscard]] bool matches(const std::string& line) const {
    return ::regexec(&regex_, line.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t regex_{};
};

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool fits_glob(const std::string& glob, const std::string& path) {
  return matches_glob(glob, path) || matches_glob(glob, base_name(path));
}

// Collects lines until the answer is full, and says what was left out.
class Answer final {
 public:
  [[nodiscard]] bool add(std::string_view line) {
    if (text_.size() + line.size() + 1 > kMaxAnswer) return false;
    text_.append(line) += '\n';
    return true;
  }
  void note(std::string_view what) { text_.append("[").append(what).append("]\n"); }
  [[nodiscard]] std::string take() { return std::move(text_); }
  [[nodiscard]] bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

std::string numbered(int number, std::string_view line) {
  return std::to_string(number) + "\t" + std::string(clip(line, kMaxLine));
}

}  // namespace

std::string_view describe_field(std::type_identity<ReadFileArgs>, std::string_view field) {
  if (field == "path") return "Path below the root.";
  if (field == "offset") return "First line to show, from 1.";
  return "How many lines to show; 500 when left out.";
}
std::string_view describe_field(std::type_identity<ListDirArgs>, std::string_view) {
  return "Directory below the root; the root itself when left out.";
}
std::string_view describe_field(std::type_identity<GrepArgs>, std::string_view field) {
  if (field == "pattern") return "Extended regular expression, looked for in each line.";
  if (field == "path") return "File or directory below the root; everything when left out.";
  if (field == "glob") return "Only files whose path or name fits, such as *.log.";
  if (field == "ignore_case") return "Whether letters match in any case.";
  return "How many matching lines to show; 100 when left out.";
}
std::string_view describe_field(std::type_identity<FindFilesArgs>, std::string_view field) {
  if (field == "pattern") return "Glob for the path or the name, such as *.cpp or src/*_test.cpp.";
  return "Directory below the root to search; everything when left out.";
}

std::string read_file(const ReadFileArgs& args, const std::string& root) {
  std::string text = ConfinedRoot(root).read_text(args.path, kMaxFile);
  auto lines = split(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  int total = static_cast<int>(lines.size());
  int first = std::max(1, args.offset.value_or(1));
  int last = std::min<int>(total, first - 1 + std::max(1, args.limit.value_or(kDefaultLines)));
  Answer answer;
  int shown = first - 1;
  while (shown < last && answer.add(numbered(shown + 1, lines[static_cast<std::size_t>(shown)]))) ++shown;
  if (first > total)
    answer.note("the file has " + std::to_string(total) + " lines");
  else if (shown < total)
    answer.note("lines " + std::to_string(first) + " to " + std::to_string(shown) + " of " + std::to_string(total) +
                "; go on with offset " + std::to_string(shown + 1));
  return answer.take();
}

std::string list_dir(const ListDirArgs& args, const std::string& root) {
  Answer answer;
  std::size_t shown = 0;
  auto entries = ConfinedRoot(root).list(args.path.value_or("."));
  for (const auto& entry : entries) {
    if (shown == kMaxListed || !answer.add(repair_utf8(entry.name) + (entry.type == EntryType::directory ? "/" : "")))
      break;
    ++shown;
  }
  if (shown < entries.size()) answer.note(std::to_string(entries.size() - shown) + " more entries");
  if (entries.empty()) answer.note("the directory is empty");
  return answer.take();
}

std::string grep(const GrepArgs& args, const std::string& root) {
  Expression expression(args.pattern, args.ignore_case.value_or(false));
  ConfinedRoot confined(root);
  Answer answer;
  int matches = 0, most = std::max(1, args.max_matches.value_or(kDefaultMatches));
  bool full = false;
  int passed_over = 0;
  auto look_into = [&](const std::string& file) {
    if (args.glob && !fits_glob(*args.glob, file)) return true;
    std::string text;
    try {
      text = confined.read_text(file, kMaxFile);
    } catch (const Error&) {
      ++passed_over;
      return true;
    }
    int number = 0;
    for (auto line : split(text, '\n')) {
      ++number;
      if (!expression.matches(std::string(line))) continue;
      full = ++matches > most || !answer.add(file + ":" + numbered(number, line));
      if (full) return false;
    }
    return true;
  };
  confined.walk(args.path.value_or("."), look_into);
  if (full) answer.note("there are more matches; narrow the pattern or the path");
  if (passed_over > 0)
    answer.note(std::to_string(passed_over) + " files are binary, too large or unreadable and were passed over");
  if (matches == 0) answer.note("no line matches");
  return answer.take();
}

std::string find_files(const FindFilesArgs& args, const std::string& root) {
  Answer answer;
  std::size_t shown = 0;
  bool full = false;
  ConfinedRoot(root).walk(args.path.value_or("."), [&](const std::string& file) {
    if (!fits_glob(args.pattern, file)) return true;
    full = shown == kMaxListed || !answer.add(repair_utf8(file));
    if (!full) ++shown;
    return !full;
  });
  if (full) answer.note("there are more files; narrow the pattern or the path");
  if (answer.empty()) answer.note("no file matches");
  return answer.take();
}

}  // namespace executus::tools
