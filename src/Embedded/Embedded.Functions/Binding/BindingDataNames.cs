namespace Embedded.Functions.Binding;

internal static class BindingDataNames
{
    public const string InstanceId = "instanceId";
    public const string Query = "Query";
    public const string Headers = "Headers";
}
