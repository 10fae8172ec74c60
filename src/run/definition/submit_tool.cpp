#include "run/definition/submit_tool.hpp"

#include <string>
#include <utility>

#include <boost/describe/class.hpp>

#include <executus/tool/typed_tool.hpp>

#include "base/text.hpp"

namespace executus::run {
namespace {

struct SubmitArgs {
  std::string answer;
};
BOOST_DESCRIBE_STRUCT(SubmitArgs, (), (answer))

// Says what is wrong with arguments itself: all of it, and in terms of the form.
class TypedSubmitTool final : public tool::Tool {
 public:
  explicit TypedSubmitTool(std::shared_ptr<const agent::AnswerForm> form) : form_(std::move(form)) {
    info_.spec = {
        std::string(agent::kSubmitTool),
        "Hand in the final answer, once the work is done. Its arguments are the answer, complete; text outside "
        "of it is not read.",
        form_->parameters()};
    info_.effect = tool::Effect::pure;
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call call) override {
    auto reading = form_->of_arguments(call.arguments);
    tool::Outcome outcome = tool::Done{"Accepted.", {}};
    if (!reading.value)
      outcome = tool::Failed{"the answer was not accepted:\n" + agent::findings_text(reading.findings) +
                             "Hand in the whole answer again, corrected."};
    co_return outcome;
  }

 private:
  const std::shared_ptr<const agent::AnswerForm> form_;
  tool::ToolInfo info_;
};

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

std::shared_ptr<tool::Tool> make_submit_tool(std::shared_ptr<const agent::AnswerForm> form) {
  return std::make_shared<TypedSubmitTool>(std::move(form));
}

}  // namespace executus::run
