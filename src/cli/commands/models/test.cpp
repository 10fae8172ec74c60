#include <chrono>

#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

llm::Request tiny_request() {
  llm::Request request;
  request.system = "Answer with one word.";
  request.messages.push_back(llm::user_message("Say ready."));
  return request;
}

json::object failure_json(const std::string& spec, const Error& error) {
  return {{"ok", false}, {"model", spec}, {"error", error.message()}, {"error_code", error.code()}};
}

std::string answer_text(const llm::Response& response, Milliseconds took) {
  return response.target + " answered in " + std::to_string(took.count()) + " ms (" +
         std::to_string(response.usage.input) + " tokens in, " + std::to_string(response.usage.output) +
         " out): " + printable_line(response.message.text()) + "\n";
}

json::object answer_json(const std::string& spec, const llm::Response& response, Milliseconds took) {
  return {{"ok", true},
          {"model", spec},
          {"served_by", response.target},
          {"milliseconds", took.count()},
          {"usage", llm::to_json(response.usage)},
          {"answer", response.message.text()}};
}

void show_answer(CommandContext& context, const std::string& spec, const llm::Response& response, Milliseconds took) {
  if (context.globals().json)
    context.print_json(answer_json(spec, response, took));
  else
    context.print(context.globals().quiet ? response.target + "\n" : answer_text(response, took));
}

}  // namespace

// What goes wrong is what the command is for: it is the answer, not an accident.
Exit execute(CommandContext& context, const ModelsTest& options) {
  std::string spec = options.model;
  bool asked = false;  // else the name or the configuration is wrong
  try {
    auto resolved = context.runtime().models().resolve(options.model).value();
    spec = resolved.spec;
    asked = true;
    auto begin = std::chrono::steady_clock::now();
    auto response = context.wait(resolved.model->generate(tiny_request(), nullptr));
    auto took = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
    show_answer(context, spec, response, took);
    return Exit::ok;
  } catch (const Error& error) {
    if (context.globals().json)
      context.print_json(failure_json(spec, error));
    else
      write_err("executus: " + printable(error.message()) + "\n");
    return asked ? Exit::error : Exit::usage;
  }
}

}  // namespace executus::cli
