// The two deliveries every host can use: nowhere, and to a stream. Neither looks at the target.
#pragma once

#include <iosfwd>
#include <mutex>
#include <string>
#include <vector>

#include <executus/run/delivery.hpp>

namespace executus::deliver {

// Delivers nothing; the id is empty.
class Discard final : public Delivery {
 public:
  [[nodiscard]] Task<std::string> deliver(DeliveryTarget target, std::string output,
                                          std::vector<Artifact> artifacts) override;
  [[nodiscard]] Task<void> deliver_error(DeliveryTarget target, std::string error) override;
};

// Prints the output as it is, then a line for each artifact: name, type and size; the bytes are not printed. Control
// characters of names, types and errors become U+FFFD: they come from a model and may reach a terminal. The output is
// what was asked for and goes out unchanged.
//
// Ids are "1", "2", ... in the order of printing. Errors: Error "deliver.stream" when the stream refuses. Threads: from
// any; two deliveries are not mixed. Other writers to the stream are not kept apart from it.
class Stdout final : public Delivery {
 public:
  Stdout();                               // std::cout
  explicit Stdout(std::ostream& stream);  // outlives this object

  [[nodiscard]] Task<std::string> deliver(DeliveryTarget target, std::string output,
                                          std::vector<Artifact> artifacts) override;
  [[nodiscard]] Task<void> deliver_error(DeliveryTarget target, std::string error) override;

 private:
  void print(const std::string& text);  // with the lock held

  std::mutex mutex_;
  std::ostream& stream_;
  int printed_ = 0;
};

}  // namespace executus::deliver
