#include <iostream>
#include <utility>

#include <executus/deliver/deliveries.hpp>

#include "deliver/manifest.hpp"

namespace executus::deliver {

Task<std::string> Discard::deliver(DeliveryTarget, std::string, std::vector<Artifact>) { co_return std::string(); }

Task<void> Discard::deliver_error(DeliveryTarget, std::string) { co_return; }

Stdout::Stdout() : Stdout(std::cout) {}

Stdout::Stdout(std::ostream& stream) : stream_(stream) {}

Task<std::string> Stdout::deliver(DeliveryTarget, std::string output, std::vector<Artifact> artifacts) {
  if (!output.empty() && output.back() != '\n') output += '\n';
  std::lock_guard lock(mutex_);
  print(output + manifest(artifacts));
  co_return std::to_string(++printed_);
}

Task<void> Stdout::deliver_error(DeliveryTarget, std::string error) {
  std::lock_guard lock(mutex_);
  print("error: " + harmless(error) + "\n");
  co_return;
}

void Stdout::print(const std::string& text) {
  stream_ << text << std::flush;
  if (!stream_)
    throw failed("deliver.stream", "the answer could not be printed; the output stream is closed or its disk is full");
}

}  // namespace executus::deliver
