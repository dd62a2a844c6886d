#!/usr/bin/env python3
"""Prints a CloudFormation template with the schedules of a file, for a stack beside the main one.

    infra/schedules.py schedules.json > schedules.yaml
    aws cloudformation deploy --template-file schedules.yaml --stack-name STACK-schedules \\
        --capabilities CAPABILITY_IAM --parameter-overrides \\
        Queue=ScheduleQueue-of-the-main-stack DeadLetters=ScheduleDeadLetters-of-the-main-stack

The file is that of `treadle serve --schedules`: an array of {schedule, expression, time_zone?,
task_type, input_data, overlap?}. docs/triggers.md explains it.
"""
import json
import re
import sys
import zoneinfo
from datetime import datetime

FIELDS = {"schedule", "expression", "time_zone", "task_type", "input_data", "overlap"}
NEEDED = {"schedule", "expression", "task_type", "input_data"}
OVERLAPS = {"skip", "queue", "allow"}
# EventBridge Scheduler fills in the slot, so a late or a second fire names the same task.
SLOT = "<aws.scheduler.scheduled-time>"


def refuse(number, field, rule):
    sys.exit(f"/{number}/{field}: {rule}")


def check_expression(number, text):
    """Finds what EventBridge would refuse only while it deploys."""
    kind, _, inner = text.rstrip(")").partition("(")
    if kind == "rate":
        count, _, unit = inner.partition(" ")
        units = {"minute", "hour", "day"} if count == "1" else {"minutes", "hours", "days"}
        if not re.fullmatch(r"[1-9]\d*", count) or unit not in units:
            refuse(number, "expression", "rate(…) must be like rate(1 hour) or rate(5 minutes)")
    elif kind == "at":
        try:
            datetime.strptime(inner, "%Y-%m-%dT%H:%M:%S")
        except ValueError:
            refuse(number, "expression", "at(…) must be like at(2026-03-02T07:00:00)")
    else:
        fields = inner.split(" ")
        if len(fields) != 6 or not all(re.fullmatch(r"[0-9A-Z*?,/#-]+", each) for each in fields):
            refuse(number, "expression", "cron(…) must have six fields, like cron(0 7 * * ? *)")
        if (fields[2] == "?") == (fields[4] == "?"):
            refuse(number, "expression", "cron(…) must have ? for one of the two kinds of days")


def check_zone(number, zone):
    try:
        zoneinfo.ZoneInfo(str(zone))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        refuse(number, "time_zone", f"must be a time zone like Europe/Berlin, was {zone}")


def checked(number, entry):
    if not isinstance(entry, dict):
        refuse(number, "", "must be an object")
    for field in sorted(NEEDED - entry.keys()):
        refuse(number, field, "is missing")
    for field in sorted(entry.keys() - FIELDS):
        refuse(number, field, "is not a field of a schedule")
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", str(entry["schedule"])):
        refuse(number, "schedule", "must be 1 to 64 characters of A-Z a-z 0-9 . _ -")
    if not re.fullmatch(r"(rate|cron|at)\(.+\)", str(entry["expression"])):
        refuse(number, "expression", "must be rate(…), cron(…) or at(…)")
    check_expression(number, entry["expression"])
    check_zone(number, entry.get("time_zone", "UTC"))
    if entry.get("overlap", "allow") not in OVERLAPS:
        refuse(number, "overlap", "must be skip, queue or allow")
    if not isinstance(entry["input_data"], dict):
        refuse(number, "input_data", "must be a JSON object")
    return entry


def schedule(entry):
    payload = {
        "schedule": entry["schedule"],
        "scheduled_time": SLOT,
        "task_type": entry["task_type"],
        "input_data": entry["input_data"],
        "overlap": entry.get("overlap", "allow"),
    }
    return {
        "Type": "AWS::Scheduler::Schedule",
        "Properties": {
            "Description": f"Starts {entry['task_type']}",
            "ScheduleExpression": entry["expression"],
            "ScheduleExpressionTimezone": entry.get("time_zone", "UTC"),
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": {"Ref": "Queue"},
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "Input": json.dumps(payload),
                "RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185},
                "DeadLetterConfig": {"Arn": {"Ref": "DeadLetters"}},
            },
        },
    }


def role():
    def may_send_to(queue):
        return {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": {"Ref": queue}}

    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "scheduler.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        # Nobody else's schedules may borrow it.
                        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
                    }
                ],
            },
            "Policies": [
                {
                    "PolicyName": "own",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [may_send_to("Queue"), may_send_to("DeadLetters")],
                    },
                }
            ],
        },
    }


def template(entries):
    if not isinstance(entries, list) or not entries:
        sys.exit("(the whole file): must be an array with at least one schedule")
    resources = {"Role": role()}
    names = set()
    for number, entry in enumerate(entries):
        name = checked(number, entry)["schedule"]
        if name in names:
            refuse(number, "schedule", f"must be the only one named {name}")
        names.add(name)
        resources[f"Schedule{number}"] = schedule(entry)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Schedules of Treadle.",
        "Parameters": {
            "Queue": {"Type": "String", "Description": "Output ScheduleQueue of the main stack."},
            "DeadLetters": {
                "Type": "String",
                "Description": "Output ScheduleDeadLetters of the main stack.",
            },
        },
        "Resources": resources,
    }


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: infra/schedules.py schedules.json")
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(template(json.load(file)), indent=2))


if __name__ == "__main__":
    main()
