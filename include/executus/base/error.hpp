// What went wrong, for a program (kind, code) and for a person (message).
//
// The kind is chosen by the remedy: `failed` - repeating will not help; `overloaded` - wait, then repeat;
// `disconnected` - the other side is away, repeating may help; `unimplemented` - this build or provider cannot do it.
// The code is stable ("store.not_a_database"); docs/errors/README.md has a row per code. The message says what was
// attempted, on what, and what to do now. It never holds a secret.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace executus {

enum class ErrorKind { failed, overloaded, disconnected, unimplemented };

[[nodiscard]] std::string_view to_string(ErrorKind kind);

// Copies share their texts, so that copying an exception never throws.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string code, std::string message)
      : kind_(kind), texts_(std::make_shared<const Texts>(Texts{std::move(code), std::move(message)})) {}

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::string& code() const noexcept { return texts_->code; }
  [[nodiscard]] const std::string& message() const noexcept { return texts_->message; }
  [[nodiscard]] const char* what() const noexcept override { return texts_->message.c_str(); }

 private:
  struct Texts {
    std::string code;
    std::string message;
  };
  ErrorKind kind_;
  std::shared_ptr<const Texts> texts_;
};

// The exception in flight as an Error: itself when it is one, else `failed` / "internal" with its text.
// Only valid inside a catch block.
[[nodiscard]] Error current_error() noexcept;

// Shorthand for the commonest kind.
[[nodiscard]] inline Error failed(std::string code, std::string message) {
  return {ErrorKind::failed, std::move(code), std::move(message)};
}

}  // namespace executus
