"""The scenes: what stands before the gate, at which hour, with which plate.

No plate is taken from a vehicle; letters and numbers are made up.
"""

import plates
import surroundings as place
import vehicles

DAY = dict(top=(112, 172, 222), low=(226, 238, 244), ambient=(255, 254, 250), hill=(116, 150, 132), night=False)
NOON = dict(top=(84, 156, 220), low=(206, 230, 244), ambient=(255, 255, 255), hill=(104, 146, 116), night=False)
RAIN = dict(top=(136, 148, 160), low=(186, 194, 200), ambient=(186, 196, 208), hill=(116, 130, 132), night=False)
DUSK = dict(top=(78, 74, 132), low=(250, 170, 112), ambient=(244, 208, 196), hill=(110, 92, 122), night=False)
NIGHT = dict(top=(40, 56, 92), low=(92, 104, 140), ambient=(66, 76, 108), hill=(70, 82, 100), night=True)

WAYS = {"in": ("ทางเข้า", (24, 116, 92)), "out": ("ทางออก", (186, 58, 46)), "park": ("ลานจอดรถ", (30, 92, 164))}


def scene(name, hour, way, draw=None, plate=None, province=None, look="car", kind="car", vehicle="car",
          lines=None, wet=False, raised=True):
    return dict(name=name, hour=hour, way=way, draw=draw, plate=plate, province=province, look=look, kind=kind,
                vehicle=vehicle, lines=lines or [line for line in (plate, province) if line], wet=wet, raised=raised)


def motorcycle(name, hour, way, draw, letters, province, number):
    # A motorcycle's plate is read line by line, as it is painted: its number stands below its letters.
    return scene(name, hour, way, draw, plate=f"{letters}\n{number}", province=province, kind="motorcycle",
                 vehicle="motorcycle", lines=[letters, province, number])


SCENES = [
    scene("sedan-white", DAY, "in", lambda c, n: vehicles.sedan(c, 300, 330, (226, 228, 230), n),
          "1กข 2345", "กรุงเทพมหานคร"),
    scene("pickup-blue", NOON, "out", lambda c, n: vehicles.pickup(c, 290, 334, (38, 72, 132), n),
          "กง 4821", "ชลบุรี", look="pickup", vehicle="pickup"),
    motorcycle("motorcycle-red", DAY, "park",
               lambda c, n: vehicles.motorcycle(c, 300, 342, (200, 34, 36), (70, 110, 160), (196, 40, 40), n, 0.95),
               "1กจ", "ขอนแก่น", "5507"),
    scene("truck-white", NOON, "in", lambda c, n: vehicles.truck(c, 290, 342, (232, 234, 236), (30, 96, 170), n),
          "70-0123", "สมุทรปราการ", look="hire", kind="truck", vehicle="truck"),
    scene("taxi", DAY, "in",
          lambda c, n: vehicles.sedan(c, 296, 330, (34, 140, 72), n, lower=(248, 204, 40), sign="TAXI"),
          "ทฉ 3120", "กรุงเทพมหานคร", look="taxi", vehicle="taxi"),
    scene("van-silver", RAIN, "out", lambda c, n: vehicles.van(c, 294, 336, (182, 188, 196), n),
          "ฮน 816", "นนทบุรี", look="van", vehicle="van", wet=True),
    scene("front-black", NIGHT, "in", lambda c, n: vehicles.saloon_front(c, 300, 332, (58, 62, 72), n),
          "7กก 9012", "เชียงใหม่"),
    scene("pickup-red", DUSK, "out", lambda c, n: vehicles.pickup(c, 296, 334, (176, 36, 34), n),
          "ผบ 1507", "นครราชสีมา", look="pickup", vehicle="pickup"),
    motorcycle("motorcycle-night", NIGHT, "park",
               lambda c, n: vehicles.motorcycle(c, 296, 342, (40, 120, 190), (214, 120, 40), (230, 232, 236), n, 0.95),
               "2ขค", "สงขลา", "88"),
    scene("truck-green", DUSK, "out", lambda c, n: vehicles.truck(c, 294, 342, (92, 148, 108), (240, 236, 220), n),
          "83-4417", "ระยอง", kind="truck", vehicle="truck"),
    scene("sedan-foreign", DAY, "park", lambda c, n: vehicles.sedan(c, 300, 330, (150, 40, 52), n),
          "WXY 4821", None, look="foreign", kind="unknown"),
    scene("sedan-night", NIGHT, "out", lambda c, n: vehicles.sedan(c, 292, 330, (196, 200, 206), n),
          "บต 219", "เบตง"),
    scene("front-green", NOON, "park", lambda c, n: vehicles.saloon_front(c, 300, 332, (46, 110, 92), n),
          "3กผ 6450", "ภูเก็ต"),
    scene("nobody", NIGHT, "in", wet=True, raised=False, vehicle="none"),
]


def paint(canvas, index, scene):
    """Draws a scene and returns the box of its plate, or None when nobody is there."""
    hour, night = scene["hour"], scene["hour"]["night"]
    sign, accent = WAYS[scene["way"]]
    place.sky(canvas, hour["top"], hour["low"])
    canvas.ambient(hour["ambient"])
    if hour in (DAY, NOON):
        place.clouds(canvas, index, (244, 248, 250))
    place.hills(canvas, index, hour["hill"])
    place.town(canvas, index + 40, (188, 184, 176), (214, 170, 96) if night else None)
    place.trees(canvas, index, (84, 128, 74))
    place.road(canvas, scene["wet"])
    place.street_lamp(canvas, 60 + index % 3 * 40, 46, night)
    place.booth(canvas, sign, accent, scene["raised"], night)
    box = None
    if scene["draw"]:
        spot = scene["draw"](canvas, night)
        if hour is DUSK:
            vehicles.shine_on_plate(canvas, spot)
        width = 58 if scene["kind"] == "motorcycle" else 112
        box = plates.draw(canvas, spot, scene["look"], scene["lines"], width)
    if night:
        canvas.lamp([(200, 120), (420, 120), (560, 370), (40, 370)], (54, 56, 60), 40)
    if scene["wet"]:
        canvas.rain(index)
    place.label(canvas, "ภาพสาธิต  DEMO", sign)
    return box
