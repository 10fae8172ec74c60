// Bytes of a response between the thread that receives them and the task that reads them. Full means: stop receiving.
#pragma once

#include <cstddef>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <executus/async/one_shot.hpp>

namespace executus::net {

class BodyQueue final {
 public:
  enum class Offer { taken, full };
  enum class Room { as_before, made };

  explicit BodyQueue(std::size_t window) : window_(window) {}

  // The receiver's side. An empty queue takes any amount; what was refused has to be offered again.
  [[nodiscard]] Offer offer(std::string_view bytes);
  void put(std::string_view bytes);    // however much waits already: for a receiver that cannot stop
  void end(std::exception_ptr error);  // null: the body is complete. The first call counts

  // The reader's side; one reader. The signal is given when there is something to take: bytes, or the end.
  [[nodiscard]] OneShot<> arrival();

  // `made`: an offer was refused since the last take, so the receiver has to be woken.
  struct Taken {
    std::optional<std::string> bytes;
    Room room;
  };
  // Nullopt at the end; throws the error that ended the body once all bytes before it were taken.
  [[nodiscard]] Taken take();

 private:
  void add(std::string_view bytes);  // mutex_ is held, here and below
  void signal();

  const std::size_t window_;
  std::mutex mutex_;
  std::string bytes_;
  bool refused_ = false;
  bool ended_ = false;
  std::exception_ptr error_;
  std::optional<OneShot<>> reader_;
};

}  // namespace executus::net
