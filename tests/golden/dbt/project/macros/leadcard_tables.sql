{# The columns of a table, by their names in small letters; none for a table that is not there. #}
{% macro leadcard_columns(relation) %}
  {% set found = {} %}
  {% if execute and load_relation(relation) is not none %}
    {% for column in adapter.get_columns_in_relation(relation) %}
      {% do found.update({column.name | lower: adapter.quote(column.name)}) %}
    {% endfor %}
  {% endif %}
  {{ return(found) }}
{% endmacro %}

{# A table, or one without rows in place of one that is not there. #}
{% macro leadcard_table(relation, columns) %}
  {% if columns or not execute %}
    {{ return(relation) }}
  {% endif %}
  {% do log("leadcard: there is no table " ~ relation ~ ", so nothing of it counts", info=True) %}
  {{ return("(select 1 as nothing where 1 = 0)") }}
{% endmacro %}

{# The first column that is there, of places [columns, alias of the table, name]; else nothing. #}
{% macro leadcard_first(places) %}
  {% for columns, table, name in places %}
    {% if name | lower in columns %}
      {{ return(table ~ "." ~ columns[name | lower]) }}
    {% endif %}
  {% endfor %}
  {{ return("null") }}
{% endmacro %}
