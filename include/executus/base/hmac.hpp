// Keyed digests: HMAC with SHA-256 (RFC 2104), keys made from keys (HKDF, RFC 5869), and the comparison that goes with
// them. Keys and digests are raw bytes. Any thread. Each throws Error base.crypto when OpenSSL has no memory or no
// provider.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace executus {

// 32 bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);

// `bytes` of key material made from `key`, which holds at least 16 bytes of chance. `info` names what it is for:
// another name gives an unrelated key. At most 8160 bytes.
[[nodiscard]] std::string hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info,
                                      std::size_t bytes);

// Whether both are the same, in a time that tells nothing of where they differ. Their lengths are no secret.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b) noexcept;

}  // namespace executus
