(function () {
  'use strict';
  var main = document.getElementById('main');
  if (!main || !main.dataset.approval) return enliven();
  var id = main.dataset.approval;
  var path = '/api/approvals/' + id;
  var token = (/[#&]t=([^&]+)/.exec(location.hash) || [])[1] || '';
  var poll = 0;
  var shown = false;

  function post(url, body) {
    return fetch(url, {
      method: 'POST',
      body: body,
      credentials: 'omit',
      headers: { Accept: 'application/json' }
    }).then(function (answer) { return answer.json(); });
  }

  function fields() {
    var body = new URLSearchParams();
    body.set('t', token);
    body.set('task', new URLSearchParams(location.search).get('task') || '');
    return body;
  }

  function load() {
    document.querySelectorAll('noscript').forEach(function (n) { n.remove(); });
    post(path + '/view', fields()).then(show, failed);
  }

  function failed() {
    var box = document.getElementById('loading');
    if (!box) return;
    box.textContent = 'The request could not be read. Nothing was recorded. ';
    var again = document.createElement('button');
    again.type = 'button';
    again.className = 'button primary';
    again.textContent = 'Try again';
    again.onclick = function () { box.textContent = 'Reading again.'; load(); };
    box.append(again);
  }

  // The markup is the server's own: every text in it was escaped there, and the policy of this
  // page runs no script but this one.
  function show(answer) {
    if (!answer.html) return failed();
    var y = scrollY;
    document.querySelectorAll('body > :not(script)').forEach(function (n) { n.remove(); });
    document.body.insertAdjacentHTML('afterbegin', answer.html);
    document.title = answer.page_title;
    main = document.getElementById('main');
    enliven();
    if (answer.keep_place) scrollTo(0, y);
    else if (shown) { scrollTo(0, 0); (document.getElementById('notice') || main).focus({ preventScroll: true }); }
    shown = true;
    clearTimeout(poll);
    if (answer.poll_after_seconds) wait(answer.poll_after_seconds);
  }

  function wait(seconds) {
    poll = setTimeout(function () {
      if (document.hidden) return document.addEventListener('visibilitychange', look, { once: true });
      look();
    }, seconds * 1000);
    function look() {
      post(path + '/view', fields()).then(function (next) {
        var changed = !next.html || next.html !== main.dataset.seen;
        next.keep_place = true;
        if (changed) show(next); else wait(Math.min(seconds * 1.5, 30));
        main.dataset.seen = next.html || '';
      }, function () { wait(Math.min(seconds * 2, 30)); });
    }
  }

  function submit(event) {
    var form = event.target;
    if (!id || !form.matches('[data-api]')) return;
    event.preventDefault();
    if (form.getAttribute('aria-busy')) return;
    var body = new URLSearchParams(new FormData(form));
    busy(form, true);
    post(form.dataset.api, body).then(function (answer) {
      busy(form, false);
      if (answer.errors) return problems(form, answer.errors.map(function (e) { return e.rule; }));
      show(answer);
    }, function () {
      busy(form, false);
      problems(form, ['The answer did not arrive, or its receipt was lost. Send it again: it counts once.']);
    });
  }

  function busy(form, on) {
    if (on) form.setAttribute('aria-busy', 'true'); else form.removeAttribute('aria-busy');
    form.querySelectorAll('button').forEach(function (b) {
      if (on) { b.dataset.words = b.textContent; b.textContent = 'Sending\u2026'; }
      else if (b.dataset.words) b.textContent = b.dataset.words;
      b.disabled = on;
    });
  }

  function problems(form, rules) {
    var box = form.querySelector('.errors');
    var list = box.querySelector('ul');
    list.replaceChildren.apply(list, rules.map(function (rule) {
      var item = document.createElement('li');
      item.textContent = rule;
      return item;
    }));
    box.hidden = false;
    box.setAttribute('role', 'alert');
    box.scrollIntoView({ block: 'nearest' });
  }

  function enliven() {
    document.querySelectorAll('time').forEach(function (time) {
      var at = new Date(time.getAttribute('datetime'));
      if (isNaN(at)) return;
      time.title = time.textContent;
      time.textContent = at.toLocaleString('en-GB', {
        weekday: 'short', day: 'numeric', month: 'short', year: 'numeric',
        hour: '2-digit', minute: '2-digit', timeZoneName: 'short'
      });
    });
    document.querySelectorAll('.copy').forEach(function (button) {
      button.onclick = function () {
        if (!navigator.clipboard) return;
        navigator.clipboard.writeText(button.dataset.copy).then(function () {
          button.textContent = 'Copied';
        });
      };
    });
    count();
  }

  function count() {
    var left = document.querySelector('[data-until]');
    if (!left) return;
    var minutes = Math.floor((new Date(left.dataset.until) - Date.now()) / 60000);
    left.textContent = minutes < 0 ? '(ended)' : '(in ' + (minutes >= 2880 ? Math.floor(minutes / 1440) + ' days'
      : minutes >= 60 ? Math.floor(minutes / 60) + ' h ' + minutes % 60 + ' min' : minutes + ' min') + ')';
  }

  document.addEventListener('submit', submit);
  document.addEventListener('keydown', function (event) {
    var form = event.target.closest && event.target.closest('form.decide');
    if (form && event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
    if (form && event.key === 'Escape') {
      var chosen = form.querySelector('.choice:checked');
      if (chosen) { chosen.checked = false; chosen.focus(); }
    }
  });
  setInterval(count, 20000);
  load();
})();
