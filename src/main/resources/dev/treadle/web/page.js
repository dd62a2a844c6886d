(function () {
  'use strict';
  var LOST = 'The answer did not arrive, or its receipt was lost. Send it again: it counts once.';
  var main = document.getElementById('main');
  var id = main && main.dataset.approval;
  var path = '/api/approvals/' + id;
  var token = (/[#&]t=([^&]+)/.exec(location.hash) || [])[1] || '';
  var poll = 0;
  var seen = '';

  function all(css, each) { document.querySelectorAll(css).forEach(each); }

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

  function isDown(answer) { return !answer.html || answer.code === 'STORE_UNAVAILABLE'; }

  function load() {
    all('noscript', function (n) { n.remove(); });
    post(path + '/view', fields()).then(function (answer) {
      if (isDown(answer)) failed(); else show(answer);
    }, failed);
  }

  function failed() {
    var box = document.getElementById('loading');
    main.removeAttribute('aria-busy');
    main.querySelector('h1').textContent = 'The request could not be read';
    main.querySelector('.skeleton').hidden = true;
    box.textContent = 'Nothing was recorded. Something on our side did not answer. ';
    var again = document.createElement('button');
    again.type = 'button';
    again.className = 'button primary';
    again.textContent = 'Try again';
    again.onclick = function () { box.textContent = 'Reading again.'; load(); };
    box.append(again);
  }

  // The markup is the server's own: every text in it was escaped there, and the policy of this
  // page runs no script but this one.
  function show(answer, keepsPlace) {
    var y = scrollY;
    var isFirst = !seen;
    all('body > :not(script):not(#spoken)', function (n) { n.remove(); });
    document.body.insertAdjacentHTML('afterbegin', answer.html);
    document.title = answer.page_title;
    main = document.getElementById('main');
    seen = answer.html;
    enliven();
    var notice = document.getElementById('notice');
    if (keepsPlace) {
      scrollTo(0, y);
      if (notice) say(notice.textContent);
    } else if (!isFirst) {
      scrollTo(0, 0);
      (notice || main).focus({ preventScroll: true });
    }
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
        if (isDown(next)) wait(Math.min(seconds * 2, 30));
        else if (next.html === seen) wait(Math.min(seconds * 1.5, 30));
        else show(next, true);
      }, function () { wait(Math.min(seconds * 2, 30)); });
    }
  }

  function submit(event) {
    var form = event.target;
    if (!id || !form.matches('[data-api]')) return;
    event.preventDefault();
    if (form.getAttribute('aria-busy')) return;
    var body = new URLSearchParams(new FormData(form));
    var pressed = event.submitter || form.querySelector('.confirm button');
    var release = busy(form, pressed);
    post(form.dataset.api, body).then(function (answer) {
      release();
      if (answer.errors) problems(form, answer.errors.map(function (e) { return e.rule; }));
      // What was typed, and the form's nonce, stay: the same answer counts once.
      else if (isDown(answer)) problems(form, [answer.detail || LOST]);
      else show(answer);
    }, function () {
      release();
      problems(form, [LOST]);
    });
  }

  // While one form is on its way nothing else on the page can be pressed or changed.
  function busy(form, pressed) {
    var words = pressed.innerHTML;
    var stopped = Array.from(main.querySelectorAll('button,input,textarea,select'))
      .filter(function (each) { return !each.disabled; });
    form.setAttribute('aria-busy', 'true');
    stopped.forEach(function (each) { each.disabled = true; });
    pressed.textContent = 'Sending\u2026';
    say('Sending your answer');
    return function () {
      form.removeAttribute('aria-busy');
      stopped.forEach(function (each) { each.disabled = false; });
      pressed.innerHTML = words;
    };
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

  function say(words) { document.getElementById('spoken').textContent = words; }

  function enliven() {
    all('time', function (time) {
      var at = new Date(time.getAttribute('datetime'));
      if (isNaN(at)) return;
      var utc = time.textContent;
      time.textContent = at.toLocaleString('en-GB', {
        weekday: 'short', day: 'numeric', month: 'short', year: 'numeric',
        hour: '2-digit', minute: '2-digit', timeZoneName: 'short'
      });
      if (!time.classList.contains('zoned')) { time.title = utc; return; }
      time.tabIndex = 0;
      var other = document.createElement('span');
      other.className = 'utc';
      other.textContent = utc;
      time.append(other);
    });
    all('[data-opens],.copy', function (button) { button.hidden = false; });
    all('#single-keys', function (box) { box.checked = singleKeys(); });
    count();
  }

  var WARN_AT = [10, 5, 1];
  var warned = Infinity;

  function count() {
    var left = document.querySelector('[data-until]');
    if (!left) return;
    var minutes = Math.floor((new Date(left.dataset.until) - Date.now()) / 60000);
    var words = minutes >= 2880 ? Math.floor(minutes / 1440) + ' days'
      : minutes >= 60 ? Math.floor(minutes / 60) + ' h ' + minutes % 60 + ' min'
      : minutes >= 1 ? minutes + ' min' : 'less than a minute';
    left.textContent = minutes < 0 ? '(ended)' : '(in ' + words + ')';
    left.parentNode.classList.toggle('soon', minutes < WARN_AT[0]);
    // Said three times in all: a countdown that speaks each minute drowns everything else.
    var due = WARN_AT.filter(function (at) { return minutes < at; }).pop();
    if (!due) warned = Infinity; // Or somebody gave it more time.
    if (!due || minutes < 0 || due >= warned) return;
    warned = due;
    say('This request ends in less than ' + (due === 1 ? 'a minute' : due + ' minutes') + '.'
      + (document.querySelector('.more-time') ? ' You can give it more time.' : ''));
  }

  function kind() {
    var help = document.getElementById('help');
    return help ? help.dataset.kind : '';
  }

  // Off on a page that decides: a key pressed by mistake, or by a voice, opens nothing there.
  function singleKeys() {
    var kept = null;
    try { kept = localStorage.getItem('treadle.keys.' + kind()); } catch (denied) { kept = null; }
    return kept === null ? kind() !== 'approval' : kept === 'on';
  }

  function keepSingleKeys(on) {
    try { localStorage.setItem('treadle.keys.' + kind(), on ? 'on' : 'off'); } catch (denied) { return; }
  }

  function copy(button) {
    var source = document.getElementById(button.dataset.copies);
    var texts = source ? Array.from(source.querySelectorAll('.text')) : [];
    if (!navigator.clipboard) return;
    navigator.clipboard.writeText(texts.length ? texts.map(function (t) { return t.textContent; }).join('')
      : source ? source.textContent : button.dataset.copy).then(function () {
      button.textContent = 'Copied';
      say('Copied');
    });
  }

  function openMoreTime() {
    var more = document.getElementById('more-time');
    if (!more) return;
    more.open = true;
    more.querySelector('summary').focus();
    more.scrollIntoView({ block: 'center' });
  }

  function choose(id) {
    var choice = document.getElementById(id);
    if (choice) { choice.click(); choice.focus(); }
  }

  function row(step) {
    var rows = Array.from(document.querySelectorAll('[data-rows] a'));
    var at = rows.indexOf(document.activeElement) + step;
    if (at < 0) at = 0;
    if (rows[at]) rows[at].focus();
  }

  function single(key) {
    switch (key) {
      case '?': document.getElementById('help').showModal(); return true;
      case '/': var find = document.querySelector('[data-find]'); if (find) find.select(); return !!find;
      case 'j': row(1); return true;
      case 'k': row(-1); return true;
      case 'a': choose('d-approve'); return true;
      case 'e': choose('d-edit'); return true;
      case 'r': choose('d-reject'); return true;
      case 'd': var bar = document.getElementById('decision'); if (bar) bar.focus(); return !!bar;
      default: return false;
    }
  }

  document.addEventListener('submit', submit);
  document.addEventListener('click', function (event) {
    var at = event.target.closest('[data-opens],[data-closes],.copy,.more-time');
    if (!at) return;
    if (at.dataset.opens) document.getElementById(at.dataset.opens).showModal();
    else if (at.matches('.copy')) copy(at);
    else if (at.matches('.more-time')) { event.preventDefault(); openMoreTime(); }
    else at.closest('dialog').close();
  });
  document.addEventListener('change', function (event) {
    if (event.target.id === 'single-keys') keepSingleKeys(event.target.checked);
  });
  // "Back" takes the choice back and keeps what was typed.
  document.addEventListener('reset', function (event) {
    event.preventDefault();
    var chosen = event.target.querySelector('.choice:checked');
    if (chosen) { chosen.checked = false; chosen.focus(); }
  });
  document.addEventListener('keydown', function (event) {
    var at = event.target;
    var form = at.closest && at.closest('form.decide');
    if (form && event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (form && event.key === 'Escape') {
      form.reset();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing
        && kind() && singleKeys() && !document.querySelector('dialog[open]')
        && !at.matches('textarea,select,input:not([type=radio]):not([type=checkbox])')) {
      if (single(event.key.toLowerCase())) event.preventDefault();
    }
  });
  setInterval(count, 20000);
  // Timers of a page in the background run late.
  document.addEventListener('visibilitychange', count);
  if (id) load(); else enliven();
})();
