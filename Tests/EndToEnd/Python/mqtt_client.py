"""A foreign client of MQTT: paho."""

import json
import threading

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from program import Inbox, expect

versions = {"5": paho.MQTTv5, "3.1.1": paho.MQTTv311}


class Message:
    def __init__(self, message):
        self.topic, self.payload, self.retain = message.topic, message.payload, message.retain

    def __repr__(self):
        return f"<{self.topic}{' retained' if self.retain else ''}: {self.payload[:300]!r}>"

    @property
    def json(self):
        return json.loads(self.payload)


class Client:
    """Connected when it is made; it hears `topics` from then on."""

    def __init__(self, broker, name, version="5", topics=(), username=None, password=None):
        self.inbox = Inbox()
        host, port = broker.split(":")
        self.client = paho.Client(CallbackAPIVersion.VERSION2, name, protocol=versions[version])
        if username:
            self.client.username_pw_set(username, password)
        self.connected, self.subscribed = threading.Event(), threading.Event()
        self.refusals = []
        self.client.on_connect = self._connected
        self.client.on_subscribe = self._subscribed
        self.client.on_message = lambda client, data, message: self.inbox.put(Message(message))
        self.client.connect(host, int(port))
        self.client.loop_start()
        expect(self.connected.wait(60), f"{name} does not connect: {self.refusals}")
        if topics:
            self.client.subscribe([(topic, 1) if version == "3.1.1" else (topic, paho.SubscribeOptions(qos=1))
                                   for topic in topics])
            expect(self.subscribed.wait(60), f"{name} does not hear {topics}: {self.refusals}")

    def _connected(self, client, data, flags, reason, properties):
        if reason.is_failure:
            self.refusals.append(str(reason))
        else:
            self.connected.set()

    def _subscribed(self, client, data, number, reasons, properties):
        self.refusals += [str(each) for each in reasons if each.is_failure]
        if not self.refusals:
            self.subscribed.set()

    def send(self, topic, message, qos=1, retain=False):
        """Publishes text, bytes or an object, and waits until the broker has acknowledged it."""
        payload = message if isinstance(message, (bytes, str)) else json.dumps(message, ensure_ascii=False)
        sent = self.client.publish(topic, payload, qos, retain)
        sent.wait_for_publish(30)
        expect(sent.is_published(), f"the broker does not acknowledge {topic}")

    def heard(self, topic):
        return [each for each in self.inbox.all() if each.topic == topic]

    def end(self):
        self.client.disconnect()
        self.client.loop_stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
