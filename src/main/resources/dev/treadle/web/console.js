(function () {
  'use strict';
  var main = document.getElementById('main');
  var read = Date.now();
  var pace = 2000;

  function enliven() {
    document.querySelectorAll('time[datetime]').forEach(function (time) {
      var at = new Date(time.dateTime);
      if (isNaN(at) || time.dataset.local) return;
      time.dataset.local = '1';
      time.title = time.textContent;
      time.textContent = at.toLocaleString('en-GB', {
        day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short'
      });
    });
    document.querySelectorAll('.copy').forEach(function (button) { button.hidden = !navigator.clipboard; });
    var help = document.getElementById('help');
    if (help) {
      help.hidden = false;
      help.onclick = keys;
    }
  }

  function keys() {
    var box = document.getElementById('keys');
    if (box) box.hidden = !box.hidden;
  }

  function age() {
    var live = document.getElementById('live');
    if (live) live.textContent = 'updated ' + Math.max(0, Math.round((Date.now() - read) / 1000)) + ' s ago';
  }

  function isBusy() {
    return !!main.querySelector('.act[open]') || /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
  }

  function watch() {
    setTimeout(function () {
      if (document.hidden) return document.addEventListener('visibilitychange', look, { once: true });
      look();
    }, pace);
  }

  function look() {
    if (!('live' in main.dataset)) return;
    fetch('/api/tasks/' + main.dataset.task + '/head', { headers: { Accept: 'application/json' } })
      .then(function (answer) { if (!answer.ok) throw 0; return answer.json(); })
      .then(function (head) {
        read = Date.now();
        var seen = head.version + ' ' + head.why + ' ' + head.state;
        var moved = main.dataset.seen ? seen !== main.dataset.seen : String(head.version) !== main.dataset.version;
        main.dataset.seen = seen;
        pace = moved ? 2000 : Math.min(10000, pace * 1.25);
        if (moved && !isBusy()) return renew(seen);
        if (moved) main.dataset.seen = '';
      })
      .catch(function () {
        pace = 10000;
        var live = document.getElementById('live');
        if (live) live.textContent = 'the connection is lost; trying again';
      })
      .then(watch);
  }

  // The markup is the server's own: every text in it was escaped there.
  function renew(seen) {
    return fetch(location.href, { headers: { Accept: 'text/html' } })
      .then(function (answer) { return answer.text(); })
      .then(function (text) {
        var next = new DOMParser().parseFromString(text, 'text/html');
        var fresh = next.getElementById('main');
        if (!fresh || !fresh.dataset.task) return;
        var focused = document.activeElement.closest && document.activeElement.closest('#steps li');
        var id = focused && focused.id;
        var y = scrollY;
        main.replaceWith(fresh);
        main = fresh;
        main.dataset.seen = seen;
        document.title = next.title;
        enliven();
        if (id && document.getElementById(id)) document.getElementById(id).querySelector('a').focus();
        scrollTo(0, y);
        age();
      });
  }

  function rows(css) {
    return Array.prototype.slice.call(document.querySelectorAll(css));
  }

  function move(css, by) {
    var all = rows('.run li' + css);
    var here = document.activeElement.closest && document.activeElement.closest('.run li');
    var order = rows('.run li');
    var at = here ? order.indexOf(here) : by > 0 ? -1 : order.length;
    var next = by > 0
      ? all.find(function (row) { return order.indexOf(row) > at; })
      : all.reverse().find(function (row) { return order.indexOf(row) < at; });
    if (!next) return false;
    next.querySelector('a').focus();
    next.scrollIntoView({ block: 'nearest' });
    return true;
  }

  function follow(id) {
    var link = document.getElementById(id);
    if (link) link.click();
  }

  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    var key = event.key.toLowerCase();
    var search = document.querySelector('input[type=search]');
    if (key === '/' && search) search.focus();
    else if (!main.dataset.task) return;
    else if (key === '/') location.href = '/tasks';
    else if (key === 'j') move(':not(.pause)', 1);
    else if (key === 'k') move(':not(.pause)', -1);
    else if (key === 'f') { if (!move('.bad', 1)) follow('first-failure'); }
    else if (key === 'g') { if (!move('.gate', 1)) follow('first-gate'); }
    else if (key === '?') keys();
    else if (key === 'escape') follow('close');
    else return;
    event.preventDefault();
  });

  document.addEventListener('click', function (event) {
    var button = event.target.closest('.copy');
    if (!button) return;
    navigator.clipboard.writeText(button.dataset.copy).then(function () { button.textContent = 'Copied'; });
  });

  // Grave deeds are asked about once more; without script the form itself is the confirmation.
  document.addEventListener('submit', function (event) {
    var grave = event.target.querySelector('[data-asks]');
    if (grave && !confirm(grave.dataset.asks)) event.preventDefault();
  });

  enliven();
  if ('live' in main.dataset) {
    setInterval(age, 1000);
    watch();
  }
})();
