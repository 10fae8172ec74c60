// The commands of the guide to the audit do what it says.
#include <regex>

#include "guide.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class AuditGuide : public Guide {
 protected:
  AuditGuide() : Guide("docs/guides/audit.md") {}
  static std::string first_line(const std::string& text) {
    return std::regex_replace(text.substr(0, text.find('\n')), std::regex(" +"), " ");
  }
};

TEST_F(AuditGuide, SaysWhatIsShown) {
  agent("helper", "  - text: hi\n");
  ASSERT_EQ(run({"run", "helper", "hi", "--run-id", "r1"}).exit, 0);
  EXPECT_EQ(first_line(run({"audit"}).out), first_line(blocks("text").at(0)));
  EXPECT_THAT(run_block(0), AllOf(HasSubstr("1 run, "), HasSubstr("AGENT   RUNS"), HasSubstr("run_id,root_run_id")));
}

}  // namespace
}  // namespace executus::testing
