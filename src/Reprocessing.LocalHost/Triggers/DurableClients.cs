using System.Collections.Concurrent;

namespace Reprocessing.LocalHost.Triggers;

/// <summary>
/// What a function gets for its durable client binding: the addresses of the extension's endpoints and the task hub. The extension computes it
/// when a function of the SDK is called that has such a parameter, so one is emitted, and called once, for each hub and connection that the app names.
/// </summary>
internal sealed class DurableClients
{
    private readonly ConcurrentDictionary<string, string> _data = new();

    /// <summary>Name of the emitted method.</summary>
    public static string Key(BindingDefinition binding) => $"DurableClient_{Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes($"{TaskHub(binding)}|{Connection(binding)}"))}";

    public static string? TaskHub(BindingDefinition binding) => binding.Text("taskHub");

    public static string? Connection(BindingDefinition binding) => binding.Text("connectionName");

    public void Keep(string key, string data) => _data[key] = data;

    public void AddTo(InvocationRequest request, FunctionDefinition function)
    {
        foreach (var binding in function.DurableClients)
        {
            request.InputData.Add(new ParameterBinding { Name = binding.Name, Data = new TypedData { String = _data[Key(binding)] } });
        }
    }
}
