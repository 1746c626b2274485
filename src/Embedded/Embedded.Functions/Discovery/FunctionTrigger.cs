using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Discovery;

/// <summary>What starts a function.</summary>
internal abstract record FunctionTrigger(string ParameterName)
{
    /// <summary>The platform's name of the binding.</summary>
    public abstract string Type { get; }

    /// <param name="ParameterName">The parameter that gets the request.</param>
    /// <param name="Route">Below the prefix.</param>
    /// <param name="Methods">Lower case as the app wrote them; empty means any.</param>
    /// <param name="AuthLevel">Whose key the caller needs.</param>
    internal sealed record Http(string ParameterName, string Route, IReadOnlyList<string> Methods, AuthorizationLevel AuthLevel)
        : FunctionTrigger(ParameterName)
    {
        public override string Type => "httpTrigger";
    }

    internal sealed record Timer(string ParameterName, string Schedule, bool RunOnStartup, bool UseMonitor)
        : FunctionTrigger(ParameterName)
    {
        public override string Type => "timerTrigger";
    }

    internal sealed record Activity(string ParameterName, string Name) : FunctionTrigger(ParameterName)
    {
        public override string Type => "activityTrigger";
    }

    internal sealed record Orchestration(string ParameterName, string Name) : FunctionTrigger(ParameterName)
    {
        public override string Type => "orchestrationTrigger";
    }
}
