"""The sample pictures, as files and as Wagtail images: scenes by name, varied by a seed."""

import io
import random

from django.core.files.base import ContentFile
from wagtail.images.models import Image
from wagtail.models import Collection

from courses.sample import crafts, indoors, outdoors
from institutions.collections import shared_collection

COLLECTION = "示例图片"
# A page with its pictures stays small on a phone in the forest.
_MOST_BYTES = 80_000

# What each scene shows, in the words that stand for the picture where it cannot be seen.
SCENES = {
    "aurora": (outdoors.aurora, "雪原上空的绿色极光，两侧是白桦树"),
    "birches": (outdoors.birches, "白桦林，远处是连绵的森林"),
    "skiing": (outdoors.skiing, "一个人从雪坡上滑下来，路边是挂雪的云杉"),
    "river": (outdoors.river, "山林之间弯弯的河"),
    "village": (outdoors.village, "雪中的木刻楞小屋，窗里亮着灯"),
    "ice_lanterns": (outdoors.ice_lanterns, "夜里雪地上发光的冰灯"),
    "fans": (outdoors.fans, "三把展开的红色舞蹈扇"),
    "harvest": (outdoors.harvest, "秋天金黄的森林和一条小路"),
    "blueberries": (indoors.blueberries, "窗边桌上的一碗蓝莓和两罐果酱"),
    "bread": (indoors.bread, "刚出炉的面包和擀面杖"),
    "dumplings": (indoors.dumplings, "一盘饺子和冒热气的锅"),
    "herbs": (indoors.herbs, "窗前晾着的草药和一只石臼"),
    "mushrooms": (indoors.mushrooms, "一篮蘑菇，旁边的木段上长着黑木耳"),
    "care": (indoors.care, "窗边的热茶、叠好的毯子和一颗红心"),
    "first_aid": (indoors.first_aid, "绿色急救箱和绷带"),
    "seedlings": (indoors.seedlings, "窗台上的几盆绿植"),
    "phone": (crafts.phone, "大图标的手机、老花镜和一杯茶"),
    "brush": (crafts.brush, "宣纸上的水墨、毛笔和砚台"),
    "papercut": (crafts.papercut, "窗户上的红色剪纸窗花"),
    "choir": (crafts.choir, "飘在窗前的五线谱和音符"),
    "livestream": (crafts.livestream, "直播补光灯里的手机，旁边是几罐林产品"),
    "books": (crafts.books, "翻开的书和一摞书，上面放着一只苹果"),
    "yarn": (crafts.yarn, "彩色毛线球和织针"),
    "laptop": (crafts.laptop, "笔记本电脑，屏幕上是表格和图"),
    "bark_painting": (crafts.bark_painting, "镜框里的桦树皮画"),
    "instrument": (crafts.instrument, "窗前的一把二胡"),
}
# Turned left to right these would look wrong: notes and letters have a direction.
_NEVER_MIRRORED = {"choir", "brush", "instrument"}


def render(scene, seed):
    """The picture of a scene as JPEG, 1200 by 675, under 80 KB. The same seed gives the same picture."""
    rng = random.Random(f"{scene}:{seed}")  # noqa: S311 - chance for looks, not for secrets
    board = SCENES[scene][0](rng)
    picture = board.finished(mirrored=scene not in _NEVER_MIRRORED and rng.random() < 0.5)
    for quality in (80, 72, 64, 50):
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=quality, optimize=True, progressive=True)
        if stream.tell() < _MOST_BYTES:
            break
    return stream.getvalue()


def store(scene, seed, *, title):
    """Draw a scene and keep it as a Wagtail image in the collection of sample pictures."""
    image = Image(title=title, description=SCENES[scene][1], collection=_collection())
    image.file = ContentFile(render(scene, seed), name=f"sample-{seed}-{scene}.jpg")
    image.save()
    return image


def _collection():
    found = Collection.objects.filter(name=COLLECTION).first()
    return found or shared_collection().add_child(name=COLLECTION)


def remove():
    """Remove all sample pictures with their files."""
    for image in Image.objects.filter(collection__name=COLLECTION):
        image.delete()
