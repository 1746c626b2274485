namespace Reprocessing.LocalHost.App;

/// <summary>One binding of a function, as functions.metadata has it, with its %name% references resolved.</summary>
internal sealed record BindingDefinition(string Name, string Type, string Direction, JsonObject Raw)
{
    public bool Is(string type) => string.Equals(Type, type, StringComparison.OrdinalIgnoreCase);

    public string? Text(string property) => Raw[property] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public bool? Flag(string property) => Raw[property] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;
}

internal enum TriggerKind
{
    Http,
    Timer,
    Orchestration,
    Activity,
    Entity,
}

/// <summary>One function of the app.</summary>
internal sealed record FunctionDefinition
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string ScriptFile { get; init; }
    public required string EntryPoint { get; init; }
    public required TriggerKind Kind { get; init; }
    public required BindingDefinition Trigger { get; init; }
    public required IReadOnlyList<BindingDefinition> Bindings { get; init; }

    /// <summary>Whether the app asks for a failed call to be repeated.</summary>
    public required bool HasRetry { get; init; }

    /// <summary>The output binding that carries the answer of an HTTP function.</summary>
    public string? HttpOutput => Bindings.FirstOrDefault(b => b.Is("http"))?.Name;

    public IEnumerable<BindingDefinition> DurableClients => Bindings.Where(b => b.Is("durableClient"));

    /// <exception cref="StartException">The entry is broken, or asks for a binding that this host does not have.</exception>
    public static FunctionDefinition Read(JsonNode? node, Func<string, string, string> resolve)
    {
        if (node is not JsonObject json || Text(json, "name") is not { } name)
        {
            throw new StartException("functions.metadata is broken: it has an entry without a name.");
        }

        var bindings = (json["bindings"] as JsonArray ?? []).Select(b => ReadBinding(b, name, resolve)).ToList();
        var triggers = bindings.Where(b => b.Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase)).ToList();
        if (triggers is not [var trigger])
        {
            throw new StartException($"functions.metadata is broken: function {name} has {triggers.Count} triggers, and one is needed.");
        }

        return new FunctionDefinition
        {
            Id = Guid.NewGuid().ToString("N"),
            Name = name,
            ScriptFile = Text(json, "scriptFile") ?? throw Missing(name, "scriptFile"),
            EntryPoint = Text(json, "entryPoint") ?? throw Missing(name, "entryPoint"),
            Kind = Kinds[trigger.Type],
            Trigger = trigger,
            Bindings = bindings,
            HasRetry = json["retry"] is JsonObject,
        };
    }

    private static readonly Dictionary<string, TriggerKind> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["httpTrigger"] = TriggerKind.Http,
        ["timerTrigger"] = TriggerKind.Timer,
        ["orchestrationTrigger"] = TriggerKind.Orchestration,
        ["activityTrigger"] = TriggerKind.Activity,
        ["entityTrigger"] = TriggerKind.Entity,
    };

    private static BindingDefinition ReadBinding(JsonNode? node, string function, Func<string, string, string> resolve)
    {
        if (node is not JsonObject json || Text(json, "type") is not { } type || Text(json, "name") is not { } name)
        {
            throw new StartException($"functions.metadata is broken: function {function} has a binding without a name or a type.");
        }

        if (!Kinds.ContainsKey(type) && type.ToUpperInvariant() is not ("HTTP" or "DURABLECLIENT"))
        {
            throw new StartException($"Function {function} has binding {name} of type {type}, which this host does not have: it has {string.Join(", ", Kinds.Keys)}, http and durableClient.");
        }

        var resolved = (JsonObject)json.DeepClone();
        foreach (var (property, value) in json)
        {
            if (value is JsonValue text && text.TryGetValue<string>(out var reference) && reference.Contains('%', StringComparison.Ordinal))
            {
                resolved[property] = resolve(reference, function);
            }
        }

        return new BindingDefinition(name, type, Text(json, "direction") ?? "In", resolved);
    }

    private static string? Text(JsonObject json, string property) => json[property] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static StartException Missing(string function, string property) => new($"functions.metadata is broken: function {function} has no {property}.");
}
