#!/usr/bin/env python3
"""Runs a canary of 40 iterations through a deployed stack, and checks what it leaves.

    infra/smoke.py STACK

Needs boto3, and credentials that may describe the stack, invoke its trigger function, read the step
function's recursion setting, the table and the number of dead letters. It changes nothing but the
canary's own task, which stays in the table.

Exits with 0 when all is well, 1 when a check failed, 2 when AWS could not be asked.
"""
import argparse
import gzip
import hashlib
import json
import sys
import time

import boto3
from boto3.dynamodb.conditions import Key
from botocore.exceptions import BotoCoreError, ClientError

ITERATIONS = 40
POLL_SECONDS = 2


class Failed(Exception):
    """A check that did not hold; the words say what to look at."""


def demand(holds, words):
    if not holds:
        raise Failed(words)


def outputs(stack):
    found = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}


def check_loop_is_allowed(stack):
    answer = boto3.client("lambda").get_function_recursion_config(FunctionName=stack["StepFunction"])
    demand(
        answer["RecursiveLoop"] == "Allow",
        f"the step function's RecursiveLoop is {answer['RecursiveLoop']}: Lambda will stop tasks"
        " after about 16 iterations",
    )
    print("the step function may call itself through its queue")


def dead_letters(stack):
    sqs = boto3.client("sqs")
    counts = {}
    for url in stack["DeadLetters"].split():
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        counts[url] = int(answer["Attributes"]["ApproximateNumberOfMessages"])
    return counts


def start(stack, task_id):
    event = {
        "task_id": task_id,
        "task_type": "canary",
        "triggered_by": "person:smoke",
        "input_data": {},
    }
    answer = boto3.client("lambda").invoke(
        FunctionName=stack["TriggerAlias"], Payload=json.dumps(event).encode()
    )
    said = answer["Payload"].read().decode()
    demand("FunctionError" not in answer, f"the trigger function failed: {said}")
    print(f"task {task_id}: {json.loads(said)['answer']}")


def follow(table, task_id, seconds):
    until = time.monotonic() + seconds
    while True:
        head = table.get_item(Key={"pk": f"TASK#{task_id}", "sk": "HEAD"}, ConsistentRead=True)["Item"]
        if head["status"] != "running":
            return head
        demand(
            time.monotonic() < until,
            f"task {task_id} is in iteration {head['iter']} after {seconds} s",
        )
        time.sleep(POLL_SECONDS)


def document(item):
    packed = item.get("gz")
    return json.loads(gzip.decompress(packed.value) if packed else item["doc"])


def digest(value):
    # RFC 8785, as far as a canary's journal goes: it holds no fractions.
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def journal(table, task_id):
    found, page = [], {}
    while True:
        answer = table.query(
            KeyConditionExpression=Key("pk").eq(f"TASK#{task_id}") & Key("sk").begins_with("LOG#"),
            ConsistentRead=True,
            **page,
        )
        found += [document(item) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return found
        page = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def check_journal(head, items):
    last, iterations = "", []
    for item in items:
        # How an item is stored says its kind; the hash is over the item alone.
        if item.pop("kind") not in ("entry", "note"):
            continue
        demand(item["previous"] == last, f"the hash chain breaks at iteration {item['iteration']}")
        last = digest(item)
        if "event" not in item:
            iterations.append(item["iteration"])
    demand(head["hash"] == last, "the hash chain does not end where the head says")
    demand(
        iterations == list(range(1, ITERATIONS + 1)),
        f"the journal must hold iterations 1 to {ITERATIONS}, holds {iterations}",
    )
    print(f"{ITERATIONS} iterations, no gap, and their hash chain is whole")


def smoke(stack_name, task_id, seconds):
    stack = outputs(stack_name)
    check_loop_is_allowed(stack)
    before = dead_letters(stack)
    start(stack, task_id)
    table = boto3.resource("dynamodb").Table(stack["TaskTable"])
    head = follow(table, task_id, seconds)
    demand(
        head["status"] == "done",
        f"task {task_id} is {head['status']}: {head.get('reason')}: {head.get('detail')}",
    )
    check_journal(head, journal(table, task_id))
    for url, count in dead_letters(stack).items():
        demand(count <= before[url], f"{count - before[url]} dead letters came into {url}")
    print("no dead letters came")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stack", help="the stack's name")
    parser.add_argument(
        "--task-id",
        default=f"smoke-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}",
        help="names the task; a known one is checked again (default: the time)",
    )
    parser.add_argument("--seconds", type=int, default=300, help="how long to wait (default: 300)")
    asked = parser.parse_args()
    try:
        smoke(asked.stack, asked.task_id, asked.seconds)
    except Failed as failed:
        print(f"smoke: {failed}", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError, KeyError) as unanswered:
        print(f"smoke: AWS could not be asked: {unanswered!r}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
