#pragma once
#include <mosquitto.h>

/// What `guarded_mosquitto_loop_read` gives when an assertion of libmosquitto failed. Its own codes are above -10.
#define GUARD_ASSERTION_FAILED (-100)

/// `mosquitto_loop_read`, from which an assertion that fails inside libmosquitto returns instead of ending the process.
///
/// libmosquitto (2.0.11 to 2.0.18 at least) writes a line to its log about an unknown property of an MQTT 5 packet with
/// `log__printf(NULL, …)`, and asserts there that it is not NULL: one packet of a broker ends the program
/// (lib/property_mosq.c, lib/logging_mosq.c). After that code the client can only be destroyed; the few bytes that the
/// packet's properties had are lost.
int guarded_mosquitto_loop_read(struct mosquitto *client, int packets);
