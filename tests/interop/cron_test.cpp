// Generated cron expressions and dates, judged by cron-parser and by us. Left out is where the two are of different
// minds: two limited day fields, and times near a clock change, which src/cron has tests of its own for.
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/cron/cron.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "cron/zone_rules.hpp"
#include "judged.hpp"

namespace executus::interop {
namespace {

namespace json = boost::json;

constexpr std::size_t kQuestions = 10'000;

struct Question {
  cron::Cron expression;
  cron::TimeZone zone;
  WallTime after;
  std::optional<WallTime> next;  // as we have it
};

class CronQuestions {
 public:
  explicit CronQuestions(unsigned seed) : random_(seed) {}

  Question question() {
    for (;;) {
      auto read = cron::read_cron(expression());
      if (!std::holds_alternative<cron::Cron>(read)) continue;  // the 30th of February
      auto& expression = std::get<cron::Cron>(read);
      auto zone = below(12) ? cron::TimeZone() : cron::find_time_zone(any_of(kZones)).value();
      WallTime after(Milliseconds(below(kYears) * 1000LL + below(1000)));
      auto next = expression.next(after, zone);
      if (next && is_calm(zone, after) && is_calm(zone, *next)) return {expression, zone, after, next};
    }
  }

 private:
  using Choices = std::vector<const char*>;
  static inline const Choices kZones{"Europe/Berlin", "America/New_York",    "America/St_Johns",
                                     "Asia/Kolkata",  "Australia/Lord_Howe", "Pacific/Auckland"};
  static constexpr unsigned kYears = 2'114'380'800;  // 1970 to 2036, in seconds

  // No clock change within two days.
  static bool is_calm(const cron::TimeZone& zone, WallTime time) {
    auto from = std::chrono::floor<std::chrono::seconds>(time) - std::chrono::days(2);
    auto change = zone.rules().change_after(from);
    return !change || change->when > from + std::chrono::days(4);
  }

  std::string expression() {
    bool by_weekday = below(4) == 0;
    std::string text = below(3) ? "" : field(0, 59, {}) + " ";
    text += field(0, 59, {}) + " " + field(0, 23, {}) + " ";
    text += (by_weekday || below(3) ? "*" : days()) + " ";
    text += (below(12) ? "*" : field(1, 12, {"JAN", "feb", "Mar", "APR", "sep", "DEC"})) + " ";
    return text + (by_weekday ? weekdays() : "*");
  }
  std::string days() { return below(6) == 0 ? "L" : field(1, 31, {}); }
  std::string weekdays() {
    int from = between(0, 6);
    switch (below(6)) {
      case 0:
        return std::to_string(from) + "L";
      case 1:
        return "*/" + number(1, 6);
      case 2:
        return std::to_string(from) + "-" + number(from, 6);
      case 3:
        return any_of({"SUN", "mon", "Thu", "TUE,SAT", "mon-FRI"});
      default:
        return number(0, 7);
    }
  }

  // cron-parser refuses a list that names a value twice, so lists ascend.
  std::string field(int min, int max, const Choices& words) {
    std::string list;
    int least = min;
    while (below(4) == 0 && least < max) {
      int value = between(least, max - 1);
      list += std::to_string(value) + ",";
      least = value + 1;
    }
    return list.empty() ? first_item(min, max, words) : list + item(least, max);
  }
  std::string first_item(int min, int max, const Choices& words) {
    if (below(6) == 0) return "*";
    if (below(6) == 0) return "*/" + number(1, max - min);
    return words.empty() || below(3) ? item(min, max) : any_of(words);
  }
  std::string item(int min, int max) {
    int from = between(min, max);
    switch (below(4)) {
      case 0:
        return std::to_string(from) + "-" + number(from, max) + (below(2) ? "/" + number(1, 9) : "");
      case 1:
        return std::to_string(from) + "/" + number(1, 9);
      default:
        return std::to_string(from);
    }
  }

  unsigned below(unsigned n) { return random_() % n; }
  int between(int min, int max) { return min + static_cast<int>(below(static_cast<unsigned>(max - min + 1))); }
  std::string number(int min, int max) { return std::to_string(between(min, max)); }
  std::string any_of(const Choices& choices) { return choices[below(static_cast<unsigned>(choices.size()))]; }

  std::mt19937 random_;
};

std::string line_of(const Question& question) {
  return write_json(json::object{{"cron", question.expression.text()},
                                 {"zone", question.zone.name()},
                                 {"after", question.after.time_since_epoch().count()}});
}

TEST(Cron, ComesWhenCronParserHasItCome) {
  testing::TemporaryFolder folder;
  CronQuestions generator(seed());
  std::vector<Question> questions;
  std::ofstream file(folder / "questions");
  while (questions.size() < kQuestions) {
    questions.push_back(generator.question());
    file << line_of(questions.back()) << '\n';
  }
  file.close();

  auto answers = judged_by("cron_judge.js", folder / "questions", folder / "answers");

  ASSERT_EQ(answers.size(), questions.size()) << "scripts/interop.sh installs cron-parser";
  for (std::size_t i = 0; i < answers.size(); ++i)
    ASSERT_EQ(std::to_string(questions[i].next->time_since_epoch().count()), answers[i])
        << "seed " << seed() << ": " << line_of(questions[i]) << ": ours is " << rfc3339(*questions[i].next);
}

}  // namespace
}  // namespace executus::interop
