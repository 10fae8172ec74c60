#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "tools/files/confined.hpp"
#include "tools/files/file_glob.hpp"
#include "tools/files/file_tools.hpp"
#include "tools/files/line_expression.hpp"
#include "tools/files/lines_answer.hpp"
#include "tools/files/tree_walk.hpp"
#include "tools/shared/shown_text.hpp"

namespace executus::tools {
namespace {

constexpr int kDefaultMatches = 100;
constexpr std::size_t kNamedLines = 5;  // of those that are too long to be searched to their end
constexpr std::size_t kSeam = 500;      // bytes before that end that are to be read again: a match may lie across it

// A line in valid UTF-8, and whether it was before.
struct Utf8Line {
  explicit Utf8Line(std::string_view line) : text(line) {
    if (is_valid_utf8(line)) return;
    repaired = repair_utf8(line);
    text = repaired;
    was_valid = false;
  }
  Utf8Line(const Utf8Line&) = delete;
  Utf8Line& operator=(const Utf8Line&) = delete;
  std::string repaired;
  std::string_view text;
  bool was_valid = true;
};

bool asks_for_line_breaks(const std::string& pattern) {
  return pattern.find('\n') != std::string::npos || pattern.find("\\n") != std::string::npos;
}

// What `pattern` has of these characters with a backslash before them.
std::string escapes_in(std::string_view pattern, std::string_view characters) {
  std::string found;
  for (auto at = pattern.find('\\'); at != std::string_view::npos; at = pattern.find('\\', at + 2)) {
    auto two = pattern.substr(at, 2);
    bool is_one = two.size() == 2 && characters.find(two[1]) != std::string_view::npos;
    if (is_one && found.find(two) == std::string::npos) (found += found.empty() ? "" : " ") += two;
  }
  return found;
}

// The operators that `pattern` writes with a backslash, as in "a\\|b", which grep(1) takes as operators and RE2 does
// not.
std::string operators_with_backslash(std::string_view pattern) { return escapes_in(pattern, "|(){}+?"); }

// The classes in `pattern` that RE2 matches against ASCII characters alone.
std::string classes_of_ascii(std::string_view pattern) {
  auto found = escapes_in(pattern, "bBwWsSdD");
  if (pattern.find("[[:") != std::string_view::npos) found += found.empty() ? "[[:...:]]" : " [[:...:]]";
  return found;
}

bool is_ascii(std::string_view line) {
  return std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What grep has found so far, and what it could not look at.
class Search final {
 public:
  Search(const LineExpression& expression, const std::string& pattern, int most)
      : expression_(expression), classes_of_ascii_(classes_of_ascii(pattern)), most_(most) {}

  // False: there is room for no more.
  bool look_into(const std::string& file, TextLines& lines, const std::stop_token& stop) {
    ++files_;
    int number = 0;
    while (auto line = lines.next()) {
      ++number;
      if (stop.stop_requested())
        throw failed("tool.stopped", "the search was given up: the call that asked for it is over");
      Utf8Line bare(lines.last_bare());
      if (!bare.was_valid) ++strange_lines_;
      note_what_is_not_searched(file, number, bare, lines);
      beyond_ascii_ = beyond_ascii_ || (!classes_of_ascii_.empty() && !is_ascii(bare.text));
      auto found = find(bare.text, lines);
      bool framed = line->size() != lines.last_bare().size();
      if (!found && framed && find(Utf8Line(*line).text, lines)) found.emplace();
      if (!found) continue;
      full_ = ++matches_ > most_ || !answer_.add(shown_name(file) + ":" + shown(number, bare, *found, lines));
      if (full_) return false;
    }
    return true;
  }
  void pass_over() { ++passed_over_; }

  [[nodiscard]] std::string take(const Walked& walked, const std::string& pattern) {
    if (full_) answer_.note("there are more matches; narrow the pattern or the path");
    answer_.note_count(passed_over_, "file is", "files are", "binary or unreadable and passed over");
    note_walked(answer_, walked);
    for (const auto& [line, place] : unsearched_)
      answer_.note("of " + line + " only the first " + std::to_string(most_bytes()) +
                   " bytes were searched; for the rest, and a match that begins before it, use read_file with " +
                   place);
    if (long_lines_ > static_cast<int>(unsearched_.size()))
      answer_.note("so it is with " + std::to_string(long_lines_ - static_cast<int>(unsearched_.size())) +
                   " more long lines; search their files one at a time");
    answer_.note_count(strange_lines_, "line has", "lines have", "bytes that are no UTF-8; they count as \ufffd");
    if (matches_ > 0) return answer_.take();
    if (asks_for_line_breaks(pattern)) answer_.note("lines are searched one at a time: no line break is in them");
    if (auto escaped = operators_with_backslash(pattern); !escaped.empty())
      answer_.note("plain characters are meant by " + escaped +
                   " here; where a choice, a group or a repetition is meant, leave out the backslash");
    if (beyond_ascii_)
      answer_.note("no characters but those of ASCII are known to " + classes_of_ascii_ +
                   " here, and lines with others were searched; \\pL is any letter, \\pN any digit, \\pZ any blank");
    if (walked.skipped_git) answer_.note(".git was passed over; name it as the path to search it");
    answer_.note(files_ + passed_over_ == 0 ? "no file fits, so nothing was searched" : "no line matches");
    return answer_.take();
  }

 private:
  [[nodiscard]] std::size_t most_bytes() const { return std::min(TextLines::kLongestLine, expression_.reach()); }

  // Of a line that goes on behind what is there one byte stays unsearched, so that `$` does not match in its middle.
  [[nodiscard]] std::size_t bytes_searched(std::string_view line, const TextLines& lines) const {
    std::size_t most = std::min(line.size() - (lines.last_was_cut() && !line.empty() ? 1 : 0), expression_.reach());
    return clip_bytes(line, most).size();
  }
  // The first of them by name. Repaired text is at most three times as long as what the file has.
  void note_what_is_not_searched(const std::string& file, int number, const Utf8Line& bare, const TextLines& lines) {
    auto searched = bytes_searched(bare.text, lines);
    if (searched == bare.text.size() || static_cast<std::size_t>(long_lines_++) >= kNamedLines) return;
    auto before_seam = clip_bytes(bare.text, searched - std::min(searched, kSeam)).size();
    auto column = lines.last_bare_begin() + (bare.was_valid ? before_seam : before_seam / 3) + 1;
    auto name = shown_name(file);
    unsearched_.emplace_back(
        "line " + std::to_string(number) + " of " + name,
        "path " + name + ", offset " + std::to_string(number) + " and column " + std::to_string(column));
  }
  [[nodiscard]] std::optional<LineExpression::Stretch> find(std::string_view line, const TextLines& lines) const {
    auto searched = bytes_searched(line, lines);
    if (!expression_.matches(line, searched)) return std::nullopt;  // far cheaper than to tell where
    return expression_.find(line, searched);
  }

  static std::string shown(int number, const Utf8Line& line, LineExpression::Stretch found, const TextLines& lines) {
    auto part = around(line.text, found.begin, kMaxLine);
    auto text = std::to_string(number) + "\t" + (part.begin > 0 ? "..." : "") + shown_line(part.text);
    if (part.text.size() == line.text.size()) return text;
    auto column = line.was_valid ? lines.last_bare_begin() + part.begin + 1 : std::size_t{1};
    return text + (part.begin + part.text.size() < line.text.size() ? "..." : "") + " [cut: the line has " +
           std::to_string(lines.last_bytes()) + " bytes; read_file shows more with offset " + std::to_string(number) +
           " and column " + std::to_string(column) + "]";
  }

  const LineExpression& expression_;
  const std::string classes_of_ascii_;  // of the pattern
  const int most_;
  LinesAnswer answer_;
  int files_ = 0;
  int matches_ = 0;
  int passed_over_ = 0;
  int long_lines_ = 0;
  std::vector<std::pair<std::string, std::string>> unsearched_;  // long lines, and where the rest of each is read
  int strange_lines_ = 0;
  bool beyond_ascii_ = false;  // a line has other characters, and that may matter
  bool full_ = false;
};

}  // namespace

std::string grep(const GrepArgs& args, const std::string& root, std::stop_token stop) {
  LineExpression expression(args.pattern, args.ignore_case.value_or(false) ? LetterCase::ignored : LetterCase::counts);
  ConfinedRoot confined(root);
  std::string where = confined.meant(args.path.value_or("."));
  bool one_file = confined.type(where) != EntryType::directory;
  std::optional<FileGlob> glob;
  if (args.glob && !one_file) glob.emplace(*args.glob, confined.names(), where);
  Search search{expression, args.pattern, std::max(1, args.max_matches.value_or(kDefaultMatches))};
  auto walked = walk(confined, where, stop, [&](const std::string& file, Found what) {
    if (what != Found::file || (glob && !glob->fits(file))) return true;
    try {
      auto lines = confined.lines(file, stop);
      return search.look_into(file, lines, stop);
    } catch (const Error&) {
      if (one_file || stop.stop_requested()) throw;
      search.pass_over();
    }
    return true;
  });
  return search.take(walked, args.pattern);
}

}  // namespace executus::tools
