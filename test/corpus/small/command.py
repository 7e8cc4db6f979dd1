# == ping in a class
import subprocess
from flask import Flask, request, render_template

app = Flask(__name__)


class Pinger:
    def __init__(self, host, count=1):
        self.host = host
        self.count = count

    @property
    def command(self):
        return f'ping -c {self.count} {self.host}'

    def run(self):
        done = subprocess.run(self.command, shell=True, capture_output=True, text=True)  # expect: py/command-injection
        return done.stdout


@app.route('/ping', methods=['GET', 'POST'])
def ping():
    output = None
    if request.method == 'POST':
        output = Pinger(request.form.get('host')).run()
    return render_template('ping.html', output=output)

# == ping as a list
import subprocess
from flask import Flask, request, render_template

app = Flask(__name__)


@app.route('/ping', methods=['POST'])
def ping():
    args = ['ping', '-c', '1']
    args.append(request.form['host'])
    done = subprocess.run(args, capture_output=True, timeout=5)
    return render_template('ping.html', output=done.stdout)

# == a list through bash
import subprocess
from flask import Flask, request

app = Flask(__name__)


@app.route('/ping', methods=['POST'])
def ping():
    args = ['bash', '-c', 'ping -c 1 ' + request.form['host']]
    subprocess.check_call(args)  # expect: py/command-injection
    return ''

# == shell by a keyword dictionary
import subprocess
from flask import Flask, request

app = Flask(__name__)
OPTIONS = dict(shell=True, stdout=subprocess.PIPE)


@app.route('/dig')
def dig():
    name = request.args['name']
    process = subprocess.Popen('dig +short ' + name, **OPTIONS)  # expect: py/command-injection
    out, _ = process.communicate()
    return {'out': out.decode()}

# == os.popen read through with
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/df')
def df():
    with os.popen('df -h %s' % request.args.get('mount', '/')) as pipe:  # expect: py/command-injection
        return {'lines': pipe.readlines()}

# == quoted with shlex
import os
import shlex
from flask import Flask, request

app = Flask(__name__)


@app.route('/df')
def df():
    mount = shlex.quote(request.args.get('mount', '/'))
    os.system(f'df -h {mount}')
    return ''

# == shlex split does not make the program safe
import shlex
import subprocess
from flask import Flask, request

app = Flask(__name__)


@app.route('/run')
def run():
    subprocess.run(shlex.split(request.args['cmd']))  # expect: py/command-injection
    return ''

# == FastAPI background task
import os
from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


def convert(name: str):
    os.system('convert ' + name + ' out.png')  # expect: py/command-injection


@app.post('/convert/{name}')
async def start(name: str, tasks: BackgroundTasks):
    tasks.add_task(convert, name)
    return {'started': True}

# == asyncio shell
import asyncio
from fastapi import FastAPI, Query

app = FastAPI()


@app.get('/trace')
async def trace(host: str = Query(..., max_length=50)):
    process = await asyncio.create_subprocess_shell(f'traceroute {host}', stdout=asyncio.subprocess.PIPE)  # expect: py/command-injection
    out, _ = await process.communicate()
    return {'out': out.decode()}


@app.get('/trace-safe')
async def trace_safe(host: str):
    process = await asyncio.create_subprocess_exec('traceroute', host, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    return {'out': out.decode()}

# == only known commands
import os
from flask import Flask, request, abort

app = Flask(__name__)
ALLOWED = frozenset({'uptime', 'date', 'who'})


@app.route('/tool')
def tool():
    name = request.args.get('name', 'date').strip()
    if name not in ALLOWED:
        abort(404)
    return {'out': os.popen(name).read()}

# == the check is there and nobody acts on it
import os
from flask import Flask, request
import logging

app = Flask(__name__)
ALLOWED = ['uptime', 'date', 'who']


@app.route('/tool')
def tool():
    name = request.args.get('name', 'date')
    if name not in ALLOWED:
        logging.warning('odd tool')
    return {'out': os.popen(name).read()}  # expect: py/command-injection

# == an address is parsed
import ipaddress
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/ping')
def ping():
    try:
        address = ipaddress.ip_address(request.args['host'])
    except ValueError:
        return 'no address', 400
    os.system(f'ping -c 1 {address}')
    return 'ok'

# == checked but the raw text is used afterwards
import ipaddress
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/ping')
def ping():
    host = request.args['host']
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return 'no address', 400
    os.system(f'ping -c 1 {host}')
    return 'ok'

# == file name of an upload
import os
import subprocess
from flask import Flask, request

app = Flask(__name__)


@app.route('/upload', methods=['POST'])
def upload():
    upload = request.files['file']
    target = os.path.join('/srv/uploads', 'incoming.bin')
    upload.save(target)
    subprocess.call('clamscan ' + upload.filename, shell=True)  # expect: py/command-injection
    return 'ok'

# == Django form data
import subprocess
from django import forms
from django.http import JsonResponse
from django.views import View


class HostForm(forms.Form):
    host = forms.CharField()


class Lookup(View):
    def post(self, request):
        form = HostForm(request.POST)
        if not form.is_valid():
            return JsonResponse({'errors': form.errors}, status=400)
        host = form.cleaned_data['host']
        output = subprocess.getoutput('host ' + host)  # expect: py/command-injection
        return JsonResponse({'output': output})

# == Django form with a choice
import subprocess
from django import forms
from django.http import JsonResponse
from django.views import View


class CountForm(forms.Form):
    count = forms.IntegerField()


class Lookup(View):
    def post(self, request):
        form = CountForm(request.POST)
        if not form.is_valid():
            return JsonResponse({'errors': form.errors}, status=400)
        count = form.cleaned_data['count']
        output = subprocess.getoutput('ping -c %s localhost' % count)
        return JsonResponse({'output': output})

# == paramiko
import paramiko
from flask import Flask, request

app = Flask(__name__)


def remote(host):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.connect(host)
    return client


@app.route('/service/<name>/restart', methods=['POST'])
def restart(name):
    _, out, _ = remote('app1').exec_command('systemctl restart ' + name)  # expect: py/command-injection
    return {'out': out.read().decode()}

# == environment and working folder are not the command
import subprocess
from flask import Flask, request

app = Flask(__name__)


@app.route('/build')
def build():
    env = {'LANG': request.args.get('lang', 'C')}
    subprocess.run(['make', 'all'], env=env)
    subprocess.run('make all', shell=True, input=request.data)
    return ''

# == getattr picks the function
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/x')
def x():
    runner = getattr(os, 'system')
    runner('echo ' + request.args['x'])  # expect: py/command-injection
    return ''

# == functools partial
import functools
import subprocess
from flask import Flask, request

app = Flask(__name__)
sh = functools.partial(subprocess.run, shell=True, check=True)


@app.route('/x')
def x():
    sh('echo ' + request.args['x'])  # expect: py/command-injection
    return ''

# == a namedtuple carries it
import collections
import os
from flask import Flask, request

app = Flask(__name__)
Job = collections.namedtuple('Job', ['name', 'command'])


@app.route('/x')
def x():
    job = Job('list', request.args['c'])
    os.system(job.command)  # expect: py/command-injection
    return ''

# == the other field of the namedtuple
import collections
import os
from flask import Flask, request

app = Flask(__name__)
Job = collections.namedtuple('Job', 'name command')


@app.route('/x')
def x():
    job = Job(request.args['n'], 'ls')
    os.system(job.command)
    return ''

# == typing NamedTuple and unpacking
import os
from typing import NamedTuple
from flask import Flask, request

app = Flask(__name__)


class Job(NamedTuple):
    name: str
    command: str


@app.route('/x')
def x():
    name, command = Job(name='list', command=request.args['c'])
    os.system(command)  # expect: py/command-injection
    return ''
# == Words of a command: a shell among them, an interpreter, another machine's shell, and words that only are read
import asyncio
import os
import subprocess

from flask import Flask, jsonify, request

app = Flask(__name__)


@app.post("/sizes")
async def sizes():
    folder = request.form["folder"]
    await asyncio.create_subprocess_exec("bash", "-lc", f"du -sh {folder}")  # expect: py/command-injection
    await asyncio.create_subprocess_exec("du", "-sh", "--", folder)
    return jsonify(ok=True)


@app.post("/replace")
def replace():
    name = request.form["name"]
    if request.form["how"] == "shell":
        os.execlp("sh", "sh", "-c", "exec worker " + name)  # expect: py/command-injection
    if request.form["how"] == "list":
        os.execvp("/bin/sh", ["sh", "-c", "exec worker " + name])  # expect: py/command-injection
    os.execvp("worker", ["worker", "--name", name])


@app.post("/remote")
def remote():
    host_path = request.form["path"]
    subprocess.run(["ssh", "backup.internal", "cat " + host_path], check=True)  # expect: py/command-injection
    subprocess.run(["sudo", "-n", "sh", "-c", "cat " + host_path], check=True)  # expect: py/command-injection
    subprocess.run(["sh", "-c", 'cat "$1"', "sh", host_path], check=True)
    return jsonify(ok=True)


@app.post("/sum")
def total():
    numbers = request.form["numbers"]
    subprocess.run(["python3", "-c", "print(sum([%s]))" % numbers], check=True)  # expect: py/command-injection
    subprocess.run(["python3", "sum.py", numbers], check=True)
    os.spawnlp(os.P_WAIT, "sum", "sum", numbers)
    os.spawnlp(os.P_WAIT, "sh", "sh", "-c", "sum " + numbers)  # expect: py/command-injection
    return jsonify(ok=True)
