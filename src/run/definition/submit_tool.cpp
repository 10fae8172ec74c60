#include "run/definition/submit_tool.hpp"

#include <boost/describe/class.hpp>

#include <executus/tool/typed_tool.hpp>

#include "base/text.hpp"

namespace executus::run {
namespace {

struct SubmitArgs {
  std::string answer;
};
BOOST_DESCRIBE_STRUCT(SubmitArgs, (), (answer))

}  // namespace

std::shared_ptr<tool::Tool> make_submit_tool() {
  auto submit = [](SubmitArgs args) -> tool::Outcome {
    if (trim(args.answer).empty()) return tool::Failed{"the answer is empty, nothing was handed in; give it whole"};
    tool::Done done{"Accepted; the first answer handed in counts. A short reply without tool calls ends the run.", {}};
    done.submitted = std::move(args.answer);
    return done;
  };
  return make_tool<SubmitArgs>(
      {.name = "submit", .description = "Hand in the final answer, complete.", .effect = tool::Effect::pure}, submit);
}

}  // namespace executus::run
