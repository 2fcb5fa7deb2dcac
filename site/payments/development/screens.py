"""The stand-in's screens, in Chinese like what they stand in for: a page on which to pay, and a list of pages on which
to do what banks and staff do at Stripe. Plain HTML without scripts."""

from html import escape
from pathlib import Path

from payments.development.errors import ApiError
from payments.development.notifier import Notifier
from payments.development.people import BAD_CARD, GOOD_CARD

_STYLE = (Path(__file__).parent / "screens.css").read_text(encoding="utf-8")
_METHODS = {"card": "银行卡", "alipay": "支付宝", "wechat_pay": "微信支付"}
_MANNERS = dict(zip(Notifier.MANNERS, ["立即通知", "迟到 20 秒", "重复两次", "次序颠倒", "不通知"], strict=True))
_STATES = {"open": "待付款", "complete": "已完成", "expired": "已失效", "paid": "已付", "unpaid": "未付"}
_REFUND_STATES = {"pending": "退款中", "succeeded": "已退", "failed": "退款失败"}


def show(stand_in, path):
    """The screen at an address."""
    parts = path.strip("/").split("/")
    if parts == [""]:
        return _frame("测试收银台：全部页面", _list(stand_in), wide=True)
    if parts[0] == "pay" and len(parts) == 2:
        return _frame("测试收银台", _pay(stand_in.api.look_at_page({}, parts[1])))
    raise ApiError(404, "No such screen.")


def act(stand_in, path, fields):
    """Do what a button says; returns where to go."""
    people, parts = stand_in.people, path.strip("/").split("/")
    if parts[0] == "pay" and len(parts) == 2:
        return _act_of_payer(stand_in, parts[1], fields)
    acts = {
        "arrive": lambda name: people.arrive(name),
        "bounce": lambda name: people.bounce(name),
        "dispute": lambda name: people.dispute(name),
        "won": lambda name: people.decide(name, won=True),
        "lost": lambda name: people.decide(name, won=False),
        "finish": lambda name: people.finish_refund(name),
        "return": lambda name: people.finish_refund(name, failed=True),
        "refund": lambda name: people.refund_in_dashboard(name, int(fields["amount"])),
        "manner": lambda name: setattr(stand_in.notifier, "manner", name),
    }
    acts[fields["act"]](fields["name"])
    return "/"


def _act_of_payer(stand_in, name, fields):
    page = stand_in.api.look_at_page({}, name)
    method, way = fields.get("method", "card"), fields.get("way")
    if page["status"] != "open" or way == "cancel":
        return page["cancel_url"]
    declined = method == "card" and fields.get("card", "").replace(" ", "") == BAD_CARD.replace(" ", "")
    if way == "fail" or declined:
        stand_in.people.fail(name, method)
        return f"/pay/{name}"
    (stand_in.people.pay_later if way == "later" else stand_in.people.pay)(name, method)
    return page["success_url"]


def _pay(page):
    sum_ = f"¥{page['amount_total'] / 100:,.2f}"
    head = f'<p>编号 {escape(page["client_reference_id"] or "")}</p><p class="sum">{sum_}</p>'
    if page["status"] != "open":
        back = escape(page["success_url"])
        return f'{head}<p class="note">此页面{_STATES[page["status"]]}。</p><p><a href="{back}">返回网站</a></p>'
    tried = '<p class="note" role="alert">付款未成功，请换一种方式再试。</p>' if page["payment_intent"] else ""
    checked = {"card": " checked"}
    options = "".join(
        f'<label><input type="radio" name="method" value="{name}"{checked.get(name, "")}> {label}</label>'
        for name, label in _METHODS.items()
        if name in page["payment_method_types"]
    )
    return f"""{head}{tried}<form method="post"><fieldset><legend>付款方式</legend>{options}
<label>测试卡号 <input type="text" name="card" value="{GOOD_CARD}" inputmode="numeric"></label>
<small>{GOOD_CARD} 可付款；{BAD_CARD} 会被银行拒绝。</small></fieldset>
<p><button class="first" name="way" value="pay">付款 {sum_}</button></p>
<p class="few"><button name="way" value="later">稍后到账</button><button name="way" value="fail">付款失败</button>
<button name="way" value="cancel">取消，返回网站</button></p></form>"""


def _list(stand_in):
    stand_in.state.expire_pages()
    tables, manner = stand_in.state.tables, stand_in.notifier.manner
    manners = "".join(
        _button("manner", name, label + (" ✓" if name == manner else "")) for name, label in _MANNERS.items()
    )
    rows = "".join(_row(tables, page) for page in reversed(tables["sessions"].values()))
    return f"""<p>向网站发送通知的方式：</p><p class="few">{manners}</p>
<table><tr><th>编号</th><th>金额</th><th>状态</th><th>银行与后台</th></tr>{rows}</table>"""


def _row(tables, page):
    state = _STATES[page["status"]] + ("" if page["status"] == "open" else f"，{_STATES[page['payment_status']]}")
    intent = tables["intents"].get(page["payment_intent"]) or {}
    refunds = [one for one in tables["refunds"].values() if one["payment_intent"] == intent.get("id", "-")]
    disputes = [one for one in tables["disputes"].values() if one["payment_intent"] == intent.get("id", "-")]
    said = "".join(f"，{_REFUND_STATES[one['status']]} ¥{one['amount'] / 100:,.2f}" for one in refunds)
    link = f'<a href="/pay/{page["id"]}">{escape(page["client_reference_id"] or "")}</a>'
    buttons = "".join(_buttons(page, intent, refunds, disputes))
    amount = page["amount_total"] / 100
    return f'<tr><td>{link}</td><td>¥{amount:,.2f}</td><td>{state}{said}</td><td class="few">{buttons}</td></tr>'


def _buttons(page, intent, refunds, disputes):
    if intent.get("status") == "processing":
        yield _button("arrive", page["id"], "到账") + _button("bounce", page["id"], "未到账")
    for refund in refunds:
        if refund["status"] == "pending":
            yield _button("finish", refund["id"], "退款到达") + _button("return", refund["id"], "退款被退回")
    if intent.get("status") == "succeeded" and not disputes:
        yield _button("dispute", page["id"], "持卡人拒付")
        if not refunds:
            yield _button("refund", page["id"], "在后台退款", amount=page["amount_total"])
    for dispute in disputes:
        if dispute["status"] == "needs_response":
            yield _button("won", dispute["id"], "拒付不成立") + _button("lost", dispute["id"], "拒付成立")


def _button(what, name, label, amount=""):
    hidden = f'<input type="hidden" name="act" value="{what}"><input type="hidden" name="name" value="{name}">'
    hidden += f'<input type="hidden" name="amount" value="{amount}">'
    return f'<form class="line" method="post" action="/">{hidden}<button>{label}</button></form>'


def _frame(title, body, wide=False):
    said = "这是测试用的收银台，代替 Stripe：不会动用真钱。"
    size = ' class="wide"' if wide else ""
    return f"""<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style>
<main{size}><h1>{title}</h1><p class="note">{said}</p>
{body}</main></html>"""
