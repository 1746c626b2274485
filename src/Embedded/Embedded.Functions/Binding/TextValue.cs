using System.ComponentModel;

namespace Embedded.Functions.Binding;

/// <summary>Text of a route or query as the type that the parameter asks for.</summary>
internal static class TextValue
{
    public static bool CanBecome(Type type) => type == typeof(object) || TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    public static object? As(string text, Type type) =>
        type == typeof(string) || type == typeof(object) ? text : TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
}
