// Error codes of JSON-RPC and MCP, and what they say about a request.
#pragma once

#include <cstdint>

namespace executus::mcp {

inline constexpr std::int64_t kParseError = -32700;
inline constexpr std::int64_t kInvalidRequest = -32600;
inline constexpr std::int64_t kMethodNotFound = -32601;
inline constexpr std::int64_t kInvalidParams = -32602;  // also of a tool or a task that is not known
inline constexpr std::int64_t kInternalError = -32603;
inline constexpr std::int64_t kHeaderMismatch = -32020;      // HTTP headers and body differ
inline constexpr std::int64_t kMissingCapability = -32021;   // the client did not declare what the request needs
inline constexpr std::int64_t kUnsupportedVersion = -32022;  // with the supported ones in `data`
inline constexpr std::int64_t kResourceNotFound = -32002;    // up to 2025-11-25
inline constexpr std::int64_t kUrlNeeded = -32042;           // 2025-11-25: a person is to open an address first
inline constexpr std::int64_t kDeclined = -1;                // our answer to what a person or a limit refuses
inline constexpr std::int64_t kUnreadableAnswer = 0;         // ours: the answer came, and is no answer

// Whether an answer of this code says that the request was refused, and so did nothing.
[[nodiscard]] constexpr bool did_nothing(std::int64_t code) {
  switch (code) {
    case kParseError:
    case kInvalidRequest:
    case kMethodNotFound:
    case kInvalidParams:
    case kHeaderMismatch:
    case kMissingCapability:
    case kUnsupportedVersion:
    case kResourceNotFound:
    case kUrlNeeded:
      return true;
    default:
      return false;
  }
}

}  // namespace executus::mcp
