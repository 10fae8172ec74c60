// Secrets in texts that are stored and shown. Servers quote the key they were sent, programs print their environment,
// and these texts go to a journal, to a model and to people.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/environment.hpp>

namespace executus {

// At which of its ends a text was cut out of a longer one.
enum class Cut { nowhere, at_end, at_begin, at_both };

// The values that must not be seen, and every spelling of them. Thread-safe when constant.
class Secrets final {
 public:
  static constexpr std::size_t kShortest = 4;  // bytes; shorter ones that are added are in every text, and not masked
  static constexpr std::size_t kFoundAnywhere = 8;  // shorter ones have to stand there as a whole word

  struct Stretch {  // of a text
    std::size_t begin;
    std::size_t end;
  };

  Secrets() = default;

  // One value, which is masked however short it is.
  explicit Secrets(std::string_view value);

  // A value that is a secret, with its parts (secret_parts.hpp).
  void add(std::string_view value);

  // A text of a configuration, which may hold ${VAR}: what the variables of secret names stand for now, and secrets
  // within it.
  void add_text(std::string_view text, const Environment& environment);

  // The same for texts that have names themselves (headers, variables): under a secret's name all of it is one.
  void add_texts(const std::map<std::string, std::string>& texts, const Environment& environment);

  // `text` with "***" for every secret: as it is, percent-encoded, with the escapes of JSON and HTML, broken by white
  // space (spelling.hpp), or in base64, also among other bytes as a Basic header has it. Where the text was cut, the
  // piece of a secret that is left at its edge is masked as well, from kShortestPiece bytes on. So cut first, name the
  // cut, and shorten the masked text afterwards.
  [[nodiscard]] std::string masked(std::string_view text, Cut cut = Cut::nowhere) const;

 private:
  struct Needle {
    std::string text;
    bool is_base64;
  };
  void add_parts(const std::vector<std::string>& parts);
  void add_needle(std::string text, bool is_base64);
  [[nodiscard]] std::vector<Stretch> found_in(std::string_view text, Cut cut) const;
  void add_rests(std::vector<Stretch>& found, std::string_view text, Cut cut) const;

  std::vector<Needle> needles_;
  std::array<std::vector<std::size_t>, 256> by_first_;  // of needles_, by their first byte
};

}  // namespace executus
