#include "tools/file_tools.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/text.hpp"
#include "tools/confined.hpp"
#include "tools/file_glob.hpp"
#include "tools/line_expression.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kMaxAnswer = 64u << 10;  // bytes of a tool's answer
constexpr int kDefaultLines = 500;
constexpr int kDefaultMatches = 100;
constexpr std::size_t kMaxLine = 500;  // characters of one line that are shown
constexpr std::size_t kMaxListed = 1'000;
constexpr std::uint64_t kMaxCounted = 16u << 20;  // bytes that are read to tell how many lines a file has

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

std::string counted(int count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

// What grep has found so far.
class Search final {
 public:
  Search(const LineExpression& expression, int most) : expression_(expression), most_(most) {}

  // False: there is room for no more.
  bool look_into(const std::string& file, TextLines& lines) {
    int number = 0;
    while (auto line = lines.next()) {
      ++number;
      std::size_t searched = bytes_searched(*line, lines);
      if (searched < line->size()) ++long_lines_;
      bool found = expression_.matches(lines.last_bare(), searched) || expression_.matches(*line, searched);
      if (!found) continue;
      full_ = ++matches_ > most_ || !answer_.add(file + ":" + numbered(number, *line));
      if (full_) return false;
    }
    return true;
  }
  void pass_over() { ++passed_over_; }

  [[nodiscard]] std::string take() {
    if (full_) answer_.note("there are more matches; narrow the pattern or the path");
    if (passed_over_ > 0)
      answer_.note(counted(passed_over_, "file is", "files are") + " binary or unreadable and passed over");
    if (long_lines_ > 0)
      answer_.note("of " + counted(long_lines_, "line", "lines") + " of more than " + std::to_string(most_bytes()) +
                   " bytes only the beginning was looked at");
    if (matches_ == 0) answer_.note("no line matches");
    return answer_.take();
  }

 private:
  [[nodiscard]] std::size_t most_bytes() const { return std::min(TextLines::kLongestLine, expression_.reach()); }

  // Of a line that goes on behind what is there one byte stays unsearched, so that `$` does not match in its middle.
  [[nodiscard]] std::size_t bytes_searched(std::string_view line, const TextLines& lines) const {
    std::size_t most = std::min(line.size() - (lines.last_was_cut() ? 1 : 0), expression_.reach());
    return clip_bytes(line, most).size();
  }

  const LineExpression& expression_;
  const int most_;
  Answer answer_;
  int matches_ = 0;
  int passed_over_ = 0;
  int long_lines_ = 0;
  bool full_ = false;
};

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
  if (field == "pattern")
    return "Regular expression (RE2: \\d, \\b, (?i), \\pL; no look-around, no back references), looked for in each "
           "line.";
  if (field == "path") return "File or directory below the root; everything when left out.";
  if (field == "glob") return "Only files whose path or name fits, such as *.log, src/**/*.{h,cpp}.";
  if (field == "ignore_case") return "Whether letters match in any case.";
  return "How many matching lines to show; 100 when left out.";
}
std::string_view describe_field(std::type_identity<FindFilesArgs>, std::string_view field) {
  if (field == "pattern") return "Glob for the path or the name, such as *.cpp, src/**/*_test.cpp, *.{h,cpp}.";
  return "Directory below the root to search; everything when left out.";
}

std::string read_file(const ReadFileArgs& args, const std::string& root, std::stop_token stop) {
  TextLines lines = ConfinedRoot(root).lines(args.path, std::move(stop));
  int first = std::max(1, args.offset.value_or(1));
  int most = std::max(1, args.limit.value_or(kDefaultLines));
  Answer answer;
  int number = 0, shown = 0;
  bool full = false;
  auto line = lines.next();
  for (; line; line = lines.next()) {
    ++number;
    if (number < first) continue;
    full = full || shown == most || !answer.add(numbered(number, *line));
    if (!full) ++shown;
    if (full && lines.bytes_read() > kMaxCounted) break;
  }
  int last = first + shown - 1;
  std::string total = (line ? "more than " : "") + std::to_string(number);
  if (number < first) answer.note("the file has " + total + " lines");
  if (full)
    answer.note("lines " + std::to_string(first) + " to " + std::to_string(last) + " of " + total +
                "; go on with offset " + std::to_string(last + 1));
  return answer.take();
}

std::string list_dir(const ListDirArgs& args, const std::string& root, std::stop_token) {
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

std::string grep(const GrepArgs& args, const std::string& root, std::stop_token stop) {
  LineExpression expression(args.pattern, args.ignore_case.value_or(false) ? LetterCase::ignored : LetterCase::counts);
  ConfinedRoot confined(root);
  std::string where = args.path.value_or(".");
  bool one_file = confined.is_file(where);
  std::optional<FileGlob> glob;
  if (args.glob) glob.emplace(*args.glob, root, where);
  Search search{expression, std::max(1, args.max_matches.value_or(kDefaultMatches))};
  confined.walk(where, [&](const std::string& file) {
    if (glob && !glob->fits(file)) return true;
    try {
      auto lines = confined.lines(file, stop);
      return search.look_into(file, lines);
    } catch (const Error&) {
      if (one_file || stop.stop_requested()) throw;
      search.pass_over();
    }
    return true;
  });
  return search.take();
}

std::string find_files(const FindFilesArgs& args, const std::string& root, std::stop_token stop) {
  Answer answer;
  std::size_t shown = 0;
  bool full = false;
  std::string where = args.path.value_or(".");
  FileGlob glob(args.pattern, root, where);
  ConfinedRoot(root).walk(where, [&](const std::string& file) {
    if (!glob.fits(file)) return !stop.stop_requested();
    full = shown == kMaxListed || !answer.add(repair_utf8(file));
    if (!full) ++shown;
    return !full;
  });
  if (full) answer.note("there are more files; narrow the pattern or the path");
  if (answer.empty()) answer.note("no file matches");
  return answer.take();
}

}  // namespace executus::tools
