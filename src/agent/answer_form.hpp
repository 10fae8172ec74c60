// The form of an answer that is a value: its JSON Schema, and how a model hands such a value in. Immutable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include <executus/llm/model.hpp>

namespace executus::agent {

// The tool by whose arguments a model hands the value in.
inline constexpr std::string_view kSubmitTool = "submit";

class AnswerForm final {
 public:
  // Precondition: check_schema() passes `schema`.
  explicit AnswerForm(boost::json::object schema);

  // Of the tool's arguments. They are the value itself, where servers take its schema for arguments; else they are an
  // object with the value as `answer`.
  [[nodiscard]] const boost::json::object& parameters() const noexcept { return parameters_; }

  struct Reading {
    std::optional<boost::json::value> value;  // it fits
    std::vector<std::string> findings;        // else what is wrong, for the model
  };
  [[nodiscard]] Reading of_arguments(const boost::json::object& arguments) const;
  [[nodiscard]] Reading of_text(const std::string& text) const;  // what stands around a code fence is passed over

  // For requests.
  [[nodiscard]] const std::shared_ptr<const llm::WantedValue>& wanted() const noexcept { return wanted_; }

 private:
  [[nodiscard]] const boost::json::object& schema() const noexcept { return wanted_->answer.schema; }
  [[nodiscard]] Reading checked(boost::json::value value) const;

  std::shared_ptr<const llm::WantedValue> wanted_;
  bool wrapped_;
  boost::json::object parameters_;
};

// What is wrong with an answer, a line each; the lines are clipped, and there are ten at most.
[[nodiscard]] std::string findings_text(const std::vector<std::string>& findings);

}  // namespace executus::agent
