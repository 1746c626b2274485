using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Tests.Discovery;

/// <summary>One class a mistake, each of which the host refuses to start with.</summary>
public static class BrokenFunctions
{
    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class QueueTriggerAttribute : TriggerBindingAttribute;

    public static class NoTrigger
    {
        [Function("NoTrigger")]
        public static string Run(string text) => text;
    }

    public static class TwoTriggers
    {
        [Function("TwoTriggers")]
        public static string Run([ActivityTrigger] string text, [TimerTrigger("0 * * * * *")] TimerInfo timer) => text + timer.IsPastDue;
    }

    public static class UnknownTrigger
    {
        [Function("UnknownTrigger")]
        public static string Run([QueueTrigger] string text) => text;
    }

    public static class Twice
    {
        [Function("Twice")]
        public static string One([ActivityTrigger] string text) => text;

        [Function("twice")]
        public static string Two([ActivityTrigger] string text) => text;
    }

    public static class BadName
    {
        [Function("bad name")]
        public static string Run([ActivityTrigger] string text) => text;
    }

    public static class AsyncVoid
    {
        [Function("AsyncVoid")]
        public static async void Run([ActivityTrigger] string text) => await Task.FromResult(text);
    }

    public static class NotPublic
    {
        [Function("NotPublic")]
        internal static string Run([ActivityTrigger] string text) => text;
    }

    public static class NothingFills
    {
        [Function("NothingFills")]
        public static string Run([ActivityTrigger] string text, string other) => text + other;
    }

    public static class WrongHttpType
    {
        [Function("WrongHttpType")]
        public static string Run([HttpTrigger] string request) => request;
    }

    public static class BadRoute
    {
        [Function("BadRoute")]
        public static string Run([HttpTrigger(Route = "a/{b")] HttpRequestData request) => request.Method;
    }

    public static class BadConstraint
    {
        [Function("BadConstraint")]
        public static string Run([HttpTrigger(Route = "a/{b:prime}")] HttpRequestData request) => request.Method;
    }

    public static class SameRoute
    {
        [Function("SameRouteOne")]
        public static string One([HttpTrigger("get", "post", Route = "same")] HttpRequestData request) => request.Method;

        [Function("SameRouteTwo")]
        public static string Two([HttpTrigger("get", Route = "same")] HttpRequestData request) => request.Method;
    }

    public static class BadCron
    {
        [Function("BadCron")]
        public static void Run([TimerTrigger("0 0 25 * * *")] TimerInfo timer) => _ = timer;
    }

    public static class MissingSetting
    {
        [Function("MissingSetting")]
        public static void Run([TimerTrigger("%No:Such%")] TimerInfo timer) => _ = timer;
    }
}
