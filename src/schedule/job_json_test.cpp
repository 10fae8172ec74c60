// Jobs as they are stored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/schedule/job_json.hpp>

namespace executus::schedule {
namespace {

using ::testing::HasSubstr;

WallTime at(const char* text) { return parse_rfc3339(text).value(); }

Job full() {
  Job job;
  job.id = "report";
  job.source = "/srv/agents";
  job.plan = {"0 9 * * *", "Europe/Berlin", Misfire::run_all, Overlap::queue, Milliseconds(90'001)};
  job.since = at("2026-01-01T00:00:00.123Z");
  job.next = at("2026-01-02T08:00:00Z");
  job.fires_at = at("2026-01-02T08:01:30.001Z");
  job.last = Firing{at("2026-01-01T08:00:00Z"), at("2026-01-01T08:00:00.007Z"), "report-1", ""};
  return job;
}

// What is stored is read by later versions.
TEST(JobJson, IsFrozen) {  // [STO-05]
  EXPECT_EQ(write_json(to_json(full())),
            R"({"id":"report","source":"/srv/agents","plan":{"cron":"0 9 * * *","timezone":"Europe/Berlin",)"
            R"("misfire":"run_all","overlap":"queue","jitter_ms":90001},"since":"2026-01-01T00:00:00.123Z",)"
            R"("next":"2026-01-02T08:00:00.000Z","fires_at":"2026-01-02T08:01:30.001Z","held":false,"failures":0,)"
            R"("trouble":"","last_run":"","last":{"due":"2026-01-01T08:00:00.000Z","at":"2026-01-01T08:00:00.007Z",)"
            R"("run_id":"report-1","reason":""}})");
}

TEST(JobJson, ReadsWhatItWrote) { EXPECT_EQ(job_from_json(to_json(full())).value(), full()); }

TEST(JobJson, RefusesWhatItDidNotWrite) {
  auto error = [](const char* key, boost::json::value value) {
    auto json = to_json(full());
    json[key] = std::move(value);
    auto read = job_from_json(json);
    EXPECT_FALSE(read.ok()) << key;
    return read.ok() ? std::string() : read.error().message();
  };
  EXPECT_THAT(error("next", "soon"), HasSubstr("'soon' where a time belongs"));
  EXPECT_THAT(error("failures", "many"), HasSubstr("failures"));
  EXPECT_THAT(
      error("plan", {{"cron", "@daily"}, {"timezone", ""}, {"misfire", "x"}, {"overlap", ""}, {"jitter_ms", 0}}),
      HasSubstr("'x' where a misfire belongs"));
}

}  // namespace
}  // namespace executus::schedule
